"""Disclosure control: which figures of a table may not be read or worked out, and the proof that they cannot be."""
