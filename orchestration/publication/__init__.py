"""Publishes reports: reads the release in force, lets ``reports`` render, and keeps the editions."""
