"""The official JavaScript client against the realtime interface."""
