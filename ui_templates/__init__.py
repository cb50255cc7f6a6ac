"""The pages' templates and static files; they decide nothing."""
