"""One change between two versions of a contract, and the list in which changes are collected.

Here: the shape of a change and words that several comparisons share. Not here: finding changes (feed.py, fields.py).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

SENDER, READERS = "sender", "readers"


@dataclass(frozen=True)
class Change:
    """What changed, in a sentence; what that means for the sender and for readers, '' where it means nothing.

    `breaks` names those for whom something breaks. A change of `words_only` alters no verdict and no row.
    """

    told: str
    sender: str = ""
    readers: str = ""
    breaks: tuple[str, ...] = ()
    words_only: bool = False


class Changes(list[Change]):
    """The changes found so far, in the order in which a reader wants them."""

    def breaking(self, told: str, *, sender: str = "", readers: str = "") -> None:
        """A change that breaks something for each of those about whom something is said."""
        breaks = tuple(who for who, what in ((SENDER, sender), (READERS, readers)) if what)
        self.append(Change(told, sender, readers, breaks))

    def tightened(self, told: str, sender: str) -> None:
        """A demand that is new or harder: files that were good may not be any more."""
        self.append(Change(told, sender, "", (SENDER,)))

    def loosened(self, told: str, readers: str = "") -> None:
        """A demand that is gone or easier; readers may meet what they did not meet before."""
        self.append(Change(told, "", readers))

    def words(self, told: str) -> None:
        """A change of texts only."""
        self.append(Change(told, words_only=True))


def listed(items: Iterable[object]) -> str:
    """`a`, `b` and 3 more; 'nothing' when there is none."""
    texts = [f"`{item}`" for item in items]
    shown = ", ".join(texts[:8])
    return (f"{shown} and {len(texts) - 8} more" if len(texts) > 8 else shown) or "nothing"


def gone_and_new(old: Collection[str], new: Collection[str]) -> tuple[list[str], list[str]]:
    """What only the old one has and what only the new one has, each in its own order."""
    return [item for item in old if item not in new], [item for item in new if item not in old]
