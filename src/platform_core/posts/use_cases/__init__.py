"""What can be done with posts: publish and edit, react and save, and the work behind the feeds."""
