"""Clock, ids and secrets of the machine: the only place where time and randomness come from."""
