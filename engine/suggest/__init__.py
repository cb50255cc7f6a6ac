"""Suggestions from history: tickets that are like this one, and what became of most of them."""
