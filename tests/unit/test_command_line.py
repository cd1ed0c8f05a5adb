"""The command line itself: every word of `--help` reaches the screen, and a home that cannot be one is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.markup import RE_TAGS as MARKUP

from orchestration.cli import app as cli


def texts(command: Any, path: str = "entrepot") -> Iterator[tuple[str, str]]:
    """The help of a command and of its options, and of the commands in it."""
    yield path, command.help or ""
    for one in command.params:
        yield f"{path} {one.name}", getattr(one, "help", None) or ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from texts(inner, f"{path} {name}")


def test_no_help_holds_what_the_screen_takes_for_markup() -> None:
    """`RECORD[/ROLE]` ended the command with an error, and `[--all]` would be left out."""
    cli._register_commands()
    found = dict(texts(typer.main.get_command(cli.app)))
    assert len(found) > 200
    assert [path for path, text in found.items() if MARKUP.search(text)] == []


def test_a_home_that_is_no_folder_is_told_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert cli.run(["--home", str(tmp_path / "file"), "reports"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"The home {tmp_path / 'file'} cannot be used: Not a directory")
