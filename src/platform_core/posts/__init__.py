"""Posts: publishing, editing, reacting, saving, and the feeds they appear in."""
