"""A believable community from a fixed seed, for trials: the same on every database."""
