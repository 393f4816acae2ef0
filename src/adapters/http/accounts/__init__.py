"""Routes of the accounts context: credentials, profiles, the graph between accounts, administration."""
