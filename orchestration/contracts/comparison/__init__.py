"""Two versions of a contract side by side: what changed, for whom it breaks something, and whether the version says so.

Here: comparing, in plain words. A change breaks something *for the sender* when a file that was good before is
refused, loses rows or shows its rows to more people than before; *for readers* of the data when a column, a key or
a meaning they rely on is another one or when they see less. Not here: printing (cli/contracts.py).
"""

from orchestration.contracts.comparison.change import READERS, SENDER, Change
from orchestration.contracts.comparison.verdict import Comparison, compare

__all__ = ["READERS", "SENDER", "Change", "Comparison", "compare"]
