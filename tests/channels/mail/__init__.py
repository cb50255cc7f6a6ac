"""Mail: understood, written, sent."""
