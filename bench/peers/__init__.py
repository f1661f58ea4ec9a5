"""Other link checkers: where they are, how they are called, what they said, what they took."""
