"""The wiring, and nothing else: which object is made of which. Reads from top to bottom."""
