"""Screens: one frozen dataclass each, the only name its template gets."""
