"""What a change of specs is and does: texts merged, keys followed, plans made."""
