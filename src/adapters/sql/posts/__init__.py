"""Posts in SQL: repositories for commands, readers for views, timelines behind the home feed."""
