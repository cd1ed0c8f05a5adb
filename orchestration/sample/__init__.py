"""The sample world: a fictional state and its ally, whose agencies' extracts show what the warehouse is
for.

Belongs here: everything that makes the sample drop and the truth about it. Does not belong here: anything
that the pipeline itself needs; nothing outside this package imports more than the two functions below.
"""

from orchestration.sample.drop import Summary, generate, generate_increment

__all__ = ["Summary", "generate", "generate_increment"]
