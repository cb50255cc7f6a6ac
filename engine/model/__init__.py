"""The compiled desk: every reference resolved, frozen, addressed by its content."""
