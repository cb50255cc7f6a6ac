"""Lists, the board and what agents do with many tickets; making a ticket; imports."""
