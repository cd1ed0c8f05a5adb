"""Readers: each turns one format into a relation of text columns named by the contract, in file order.

Here: the choice of the reader, and the first look at a file's bytes. Not here: types, rules and repairs
(classify.py).
"""

from orchestration.submissions.read.source import Source, open_source

__all__ = ["Source", "open_source"]
