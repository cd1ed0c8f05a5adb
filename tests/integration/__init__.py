"""Tests that run several parts together, some on public files outside the repository."""
