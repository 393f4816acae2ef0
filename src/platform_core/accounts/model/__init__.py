"""The rules of accounts: credentials, profiles, the graph between accounts, administration."""
