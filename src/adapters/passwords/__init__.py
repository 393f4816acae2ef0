"""Passwords: argon2id in a few threads, and the list of those that everybody tries first."""
