"""Rubbish of every kind: generated from the served OpenAPI document, and thought up by us."""
