"""Starting a report: a folder, its models, its metric and its places in the project, complete enough to be published.

Here: what `entrepot report new` writes. Not here: how a report is read and rendered (reports/), and what its author
makes of it (docs/add-a-report.md).
"""
