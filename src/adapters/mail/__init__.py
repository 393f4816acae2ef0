"""Mail: letters written as messages, and sent by SMTP or put into a folder."""
