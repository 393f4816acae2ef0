"""Notifications in SQL: repositories for commands, a reader for views."""
