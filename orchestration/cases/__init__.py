"""Cases across agencies: the declared rules, what a reader is told of a case, and what people say about it.

Here: rules.py (the declaration, checked), board.py (reading), answers.py (acknowledging, disposing). Not here: how
cases are found (dbt_project/models/intermediate/cases) and how judgements are kept (orchestration/judgements.py).
"""
