"""Channels: pure adapters between messages and the bytes that leave or come in."""
