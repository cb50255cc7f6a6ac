"""The house rules as tests: names, sizes, documentation, generated files and the wheel."""
