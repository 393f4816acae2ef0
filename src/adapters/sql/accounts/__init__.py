"""Accounts in SQL: credentials, profiles and the graph between them."""
