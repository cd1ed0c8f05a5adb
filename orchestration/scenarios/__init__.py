"""What would have changed: history replayed, read-only, under a proposal that a YAML file declares.

Here: the form of the file (`proposal`), one module for each kind of proposal, and what all results have in common
(`outcome`). Not here: how results are printed (cli/scenario.py). Nothing in the home is changed.
"""
