"""Everything that touches the world, each behind a port of the core."""
