"""What HTTP and Socket.IO share: strict input, encoded views, problem documents, sealed cursors."""
