"""Decisions: (Desk, Facts, Event) → Verdict, pure; nothing here reads a clock or a store."""
