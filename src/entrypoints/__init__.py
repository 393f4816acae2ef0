"""Where the program begins: settings, wiring, the web and worker processes, the command line."""
