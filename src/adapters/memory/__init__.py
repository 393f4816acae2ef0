"""Every port in memory: for tests, for trying things out, and for embedding the core."""
