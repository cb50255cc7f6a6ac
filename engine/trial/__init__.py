"""Runs spec tests: tickets in memory, through the same decisions, on a clock that steps move."""
