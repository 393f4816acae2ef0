"""Accounts in memory: credentials, profiles and the graph between them."""
