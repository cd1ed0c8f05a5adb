"""The shortest way from one thing to another along what ties them; where the links come from is others' business."""

from collections import deque
from collections.abc import Iterable, Mapping


def shortest(near: Mapping[str, Iterable[str]], start: str, end: str) -> tuple[str, ...]:
    """A shortest chain from `start` to `end`, both included; among equals the first in the alphabet. Empty: none."""
    came_from: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came_from:
        here = waiting.popleft()
        for there in sorted(near.get(here, ())):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    chain: list[str] = []
    step: str | None = end if end in came_from else None
    while step is not None:
        chain.append(step)
        step = came_from[step]
    return tuple(reversed(chain))
