"""Mail: letters as messages, and their way to an SMTP server."""
