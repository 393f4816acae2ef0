"""Accounts: who people are here, how they sign in, and how they stand to each other."""
