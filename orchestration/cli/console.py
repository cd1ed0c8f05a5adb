"""The console that results for people go to: what partners wrote is text there, and nothing else.

Here: how any text reaches the terminal. Not here: tables and sentences, which each command makes.
"""

import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from reports.hidden_characters import written_out


class PlainConsole(Console):
    """Takes no text for markup or an emoji, and writes hidden characters out; for colour, give it a Text."""

    def __init__(self, width_without_terminal: int) -> None:
        width = None if sys.stdout.isatty() else width_without_terminal
        super().__init__(width=width, highlight=False, soft_wrap=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """The text as it is, with hidden characters as <U+202E>."""
        return super().render_str(written_out(text), **options)
