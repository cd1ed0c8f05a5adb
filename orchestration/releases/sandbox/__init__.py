"""Everything that runs inside the confined child process, and nothing else.

The two modules here import the standard library and DuckDB's compiled module only: the child starts with an
empty environment, without ``site`` and without this project on its path.
"""
