"""What accounts need from the world."""
