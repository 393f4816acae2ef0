"""Counts attempts against rates, in this process or in Valkey."""
