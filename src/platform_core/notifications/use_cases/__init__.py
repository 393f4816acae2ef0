"""What can be done with notifications: tell, take back, read and delete."""
