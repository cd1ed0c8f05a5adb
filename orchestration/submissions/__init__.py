"""From a file that a partner hands in to typed, checked rows in the lake: receive, keep, read, classify,
store.
"""
