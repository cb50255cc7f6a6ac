"""The parts of an import: reading the file, taking values, finding people, telling the history."""
