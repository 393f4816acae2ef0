"""Valkey between the processes: wake-ups and room events, nothing that matters if it is lost."""
