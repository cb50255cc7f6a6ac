"""Where specs are edited, checked, compared and published."""
