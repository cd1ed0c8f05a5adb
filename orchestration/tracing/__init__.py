"""Traces printed figures to the rows of the facts, and these to what partners handed in."""
