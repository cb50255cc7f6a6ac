"""Signed events between systems, in the format of Standard Webhooks."""
