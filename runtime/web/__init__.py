"""The HTTP face: routes, screens, sessions."""
