"""Pilots of a revision: begun, promoted to live, or stopped with their tickets brought back."""
