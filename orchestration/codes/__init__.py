"""Codes: what partners write that nobody has mapped yet, how well the rest is mapped, and official lists as feeds.

Here: reading the warehouse's marts of codes, and official files turned into deliveries. Not here: the mapping itself,
which is SQL over code lists (dbt_project), and the lists (data_contracts/code_lists).
"""
