"""Changes of specs: what differs, and how far it reaches."""
