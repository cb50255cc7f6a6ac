"""What the text says: reads a tenant's YAML into typed specs and problems with their places."""
