"""What the public reads: report declarations, templates and the code that renders them.

Knows only reporting tables (rows handed over by a ``TableSource``). Opens no database and no home folder, and
never imports ``orchestration``, which calls this package and decides where the bytes go.
"""
