"""Many conditions as one structure, so that asking a thousand costs little more than asking ten.

Per field a table from value to the bits of the rows that hold for it or do not ask about it; all
tables ANDed leave the rows that hold. Equal to `engine.evaluate.holds` in every answer.
"""
