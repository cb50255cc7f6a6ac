"""From SpecSet to Desk: one compiler a kind family, each returning a part and its problems."""
