"""Notifications: what others did that an account is to hear of, grouped, counted and told live."""
