"""Posts in memory: repositories for commands, readers for views, timelines behind the home feed."""
