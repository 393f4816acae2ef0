"""Codes by time (TOTP, RFC 6238), as authenticator apps show them."""
