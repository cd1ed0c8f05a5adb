"""Moves data: contracts, submissions, harmonisation, releases, publication.

Not here: the meaning of numbers (dbt_project/) and the words of reports (reports/).
"""
