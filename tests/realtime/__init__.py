"""The Socket.IO interface, from the outside: real servers, real clients, ports in memory."""
