"""The commands codes: what is not mapped yet, how well the rest is, what is out of its time, official lists to load.

Here: options and what is printed. Not here: where it comes from (orchestration/codes) and how a mapping is given
(docs/codes.md).
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.codes.marts import Table

codes_app = typer.Typer(no_args_is_help=True, help="Codes: values that nobody has mapped, and the share that is.")
app.add_typer(codes_app, name="codes")

PARTNER_OPTION = typer.Option(help="Only of this partner.")
LIST_OPTION = typer.Option("--list", help="Only of this code list, such as control_entries or countries.")


@codes_app.command("unmapped")
def unmapped_values(
    context: typer.Context,
    partner: Annotated[str | None, PARTNER_OPTION] = None,
    code_list: Annotated[str | None, LIST_OPTION] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write a mapping file to fill in (docs/codes.md).")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Values that stand for no code of their list, with the lines on which they stand."""
    from orchestration.codes.marts import unmapped, write_mapping_file

    found = unmapped(site_of(context).home, partner, code_list)
    if csv_file is not None:
        count = write_mapping_file(found, csv_file)
        messages().print(f"{count} values to map in {csv_file}; docs/codes.md says how to fill it in.")
    if as_json:
        print_json(found.as_dictionaries())
    elif csv_file is None:
        _print(found, f"{len(found.rows)} values stand for no code.")


@codes_app.command("coverage")
def mapped_share(
    context: typer.Context,
    partner: Annotated[str | None, PARTNER_OPTION] = None,
    code_list: Annotated[str | None, LIST_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Share of lines mapped exactly, to something broader, narrower or related, to nothing, or not at all."""
    from orchestration.codes.marts import coverage

    found = coverage(site_of(context).home, partner, code_list)
    if as_json:
        print_json(found.as_dictionaries())
    else:
        _print(found, "Rows in quarantine do not count; `none` is an answer, `unmapped` a gap.")


@codes_app.command("untimely")
def untimely_codes(
    context: typer.Context,
    partner: Annotated[str | None, PARTNER_OPTION] = None,
    code_list: Annotated[str | None, LIST_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Codes in records of days on which they do not hold: not yet, no longer, or refused by the contract."""
    from orchestration.codes.marts import untimely

    found = untimely(site_of(context).home, partner, code_list)
    if as_json:
        print_json(found.as_dictionaries())
    else:
        _print(found, f"{len(found.rows)} codes are out of their time; `refused` ones wait in quarantine.")


@codes_app.command("load")
def load_list(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="us_ccl, no_lists or hs_concordances.")],
    file: Annotated[Path, typer.Argument(help="The list as it is published.")],
    version: Annotated[str | None, typer.Option(help="Version of the list, where the file does not say it.")] = None,
    valid_from: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the version.")] = None,
    landing: Annotated[Path | None, typer.Option(help="Landing folder; that of the home.")] = None,
) -> None:
    """Hand in an official control list or concordance; the next `entrepot run` takes it like any delivery."""
    from orchestration.codes.deliver import hand_in, read_official

    official = read_official(form, file)
    path = hand_in(official, site_of(context, landing).landing, version, valid_from.date() if valid_from else None)
    left = f"; {official.left_out} records of the file are no entries, or repeat one" if official.left_out else ""
    messages().print(f"{len(official.rows)} rows in {path}{left}. `entrepot run` takes them.", markup=False)


def _print(found: "Table", last: str) -> None:
    from rich import box
    from rich.table import Table as Drawn

    drawn = Drawn(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    numbers = {"lines", "distinct_values", "lines_with_value", "share"}
    for name in found.columns:
        drawn.add_column(name.replace("_", " "), justify="right" if name in numbers else "left")
    for row in found.rows:
        drawn.add_row(*("" if value is None else str(value) for value in row))
    console = output()
    console.print(drawn)
    console.print(last, markup=False)
