"""Moves data: contracts, submissions, harmonisation, releases and publication; no SQL meaning and no report words live here."""
