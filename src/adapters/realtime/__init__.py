"""The Socket.IO interface: a kernel that every socket goes through, and one module per context."""
