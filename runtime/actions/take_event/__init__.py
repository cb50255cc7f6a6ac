"""What other systems tell: signed events and calls, checked, put on record, made tickets."""
