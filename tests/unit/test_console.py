"""Names that partners wrote reach the terminal as they are: no markup, no emoji, no character that nobody sees."""

import pytest
from rich.table import Table

from orchestration.cli.app import output
from orchestration.cli.party_tables import _console


@pytest.mark.parametrize("console", [output, _console])
def test_what_partners_wrote_is_text_and_nothing_else(console, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name")
    for name in ("Bolt [/NUMBER] Ltd", "[red]Nut[/red] & Co", ":bug: GmbH", "txt\u202eexe", "bell\x1b[2Jclear"):
        table.add_row(name)
    console().print(table)
    shown = capsys.readouterr().out
    for name in ("Bolt [/NUMBER] Ltd", "[red]Nut[/red] & Co", ":bug: GmbH", "txt<U+202E>exe", "bell<U+001B>[2Jclear"):
        assert name in shown
