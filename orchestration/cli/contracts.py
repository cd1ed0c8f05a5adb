"""Commands about contracts: list, show, check, compare, init, template, docs, generate.

Here: their options and what they print. Not here: what a contract means (orchestration/contracts/).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

contracts_app = typer.Typer(no_args_is_help=True, help="What partners promise about their feeds.")
app.add_typer(contracts_app, name="contracts")


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Tells in a sentence where nothing can be written."""
    from orchestration.errors import UsageError

    try:
        yield
    except (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}. Choose another place with --out.") from None


@contracts_app.command("list")
def list_contracts(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List the feeds that have a contract."""
    from rich import box
    from rich.table import Table

    found = site_of(context).contracts.values()
    if as_json:
        print_json(
            [
                {"feed": c.id, "version": c.version, "title": c.title, "cadence": c.cadence, "files": list(c.patterns)}
                for c in found
            ]
        )
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("feed", "version", "title", "cadence", "files"):
        table.add_column(column)
    for c in found:
        table.add_row(c.id, c.version, c.title, c.cadence, ", ".join(c.patterns))
    output().print(table)


@contracts_app.command()
def show(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(help="The feed, as PARTNER/FEED.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show the fields and rules of a feed."""
    from rich import box
    from rich.table import Table

    from orchestration.contracts.rules import every_rule

    contract = site_of(context).contract(feed)
    rules = every_rule(contract)
    if as_json:
        print_json(
            {
                "feed": contract.id,
                "version": contract.version,
                "description": contract.description,
                "key": list(contract.key),
                "fields": [
                    {"name": f.name, "source": f.source, "type": f.type, "required": f.required, "codes": f.code_list}
                    for f in contract.fields
                ],
                "rules": [{"name": r.name, "severity": r.severity, "description": r.description} for r in rules],
            }
        )
        return
    console = output()
    console.print(f"{contract.title} ({contract.id}, version {contract.version})", markup=False)
    console.print(contract.description, markup=False)
    fields = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("field", "as the partner names it", "type", "must be there", "code list"):
        fields.add_column(column)
    for f in contract.fields:
        fields.add_row(f.name, f.source, f.type, "yes" if f.required else "", f.code_list or "")
    console.print(fields)
    listed = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("rule", "severity", "in words"):
        listed.add_column(column)
    for r in rules:
        listed.add_row(r.name, r.severity, r.description)
    console.print(listed)


@contracts_app.command()
def check(context: typer.Context) -> None:
    """Load all contracts and the case rules; a fault is told with file and line, an exception past its day is one."""
    from datetime import UTC, datetime

    from orchestration.cases.rules import load_case_rules
    from orchestration.contracts.exceptions import expired
    from orchestration.errors import ContractError

    found = site_of(context).contracts
    load_case_rules()
    if over := expired(found.values(), datetime.now(UTC).date()):
        raise ContractError("\n".join(over))
    print(f"{len(found)} contracts of {len(found.partners)} partners are sound.")


@contracts_app.command()
def compare(
    old: Annotated[str, typer.Argument(help="The older version: a contract's YAML file, or a feed as PARTNER/FEED.")],
    new: Annotated[str, typer.Argument(help="The newer version, likewise.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Tell what changed between two versions of a contract; exit code 1 if something breaks or the version is wrong."""
    from dataclasses import asdict

    from orchestration.contracts.comparison import compare as compare_contracts
    from orchestration.contracts.lookup import contract_named

    found = compare_contracts(contract_named(old), contract_named(new))
    if as_json:
        print_json({**asdict(found), "breaking": len(found.breaking), "version_fault": found.version_fault})
    else:
        print(f"{found.feed}: {found.old_version} -> {found.new_version}")
        for heading, changes in (("Breaking", found.breaking), ("Compatible", found.compatible)):
            if changes:
                print(f"\n{heading} ({len(changes)}):")
            for change in changes:
                print(f"  {change.told}")
                for who in ("sender", "readers"):
                    if what := getattr(change, who):
                        print(f"    {who}: {what}")
        if not found.changes:
            print("Nothing changed.")
        print(f"\n{found.version_fault or 'The version number fits.'}")
    raise typer.Exit(1 if found.breaking or found.version_fault else 0)


@contracts_app.command()
def init(
    file: Annotated[Path, typer.Argument(help="A sample: CSV, XLSX, JSON, XML, Parquet, or a zip with one of these.")],
    partner: Annotated[str | None, typer.Option(help="Name of the partner; default: new_partner.")] = None,
    feed: Annotated[str | None, typer.Option(help="Name of the feed; default: by the file's name.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the draft; data_contracts makes it a feed.")] = Path("drafts"),
    replace: Annotated[bool, typer.Option("--replace", help="Write over an earlier draft.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Draft a contract from a sample file; every guess is marked. Exit code 1 if the sample does not pass its draft."""
    from orchestration.onboarding import draft

    with messages().status(f"Looking at {file.name}"), _writing(out):
        made = draft(file, out, partner, feed, replace_old=replace)
    counts = made.checked.counts if made.checked else None
    passed = counts is not None and counts.rows_quarantined == 0
    if as_json:
        print_json(
            {
                "contract": str(made.path), "feed": made.contract.id, "fields": len(made.contract.fields),
                "code_lists": [str(path) for path in made.code_lists], "keys": [list(key) for key in made.keys],
                "guesses": made.guesses, "counts": counts.as_dict() if counts else None, "refused": made.refused,
            }
        )  # fmt: skip
    else:
        key = " + ".join(made.keys[0]) if made.keys else "none found"
        print(f"Draft of {made.contract.id}: {made.path}")
        print(f"{len(made.contract.fields)} fields, key {key}, {made.guesses} guesses marked with `# guess:`.")
        for path in made.code_lists:
            print(f"Code list: {path}")
        if counts is not None:
            print(
                f"The sample against its draft: {counts.rows_read:,} rows read, {counts.rows_accepted:,} accepted, "
                f"{counts.rows_quarantined:,} quarantined, {counts.rows_duplicate:,} exact duplicates."
            )
        else:
            print(f"The sample is refused under its draft: {made.refused}")
        print("Next: go through the marks with the partner, then follow docs/add-a-feed.md.")
    raise typer.Exit(0 if passed else 1)


@contracts_app.command()
def template(
    feed: Annotated[str, typer.Argument(help="The feed, as PARTNER/FEED, or a contract's YAML file.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Only the header line, as the contract's files begin.")] = False,
    language: Annotated[str | None, typer.Option(help="Language of the workbook; default: the partner's.")] = None,
) -> None:
    """Write a form for partners who have no system to export from: a workbook with drop-downs, or a header line."""
    from orchestration.contracts.lookup import contract_named
    from orchestration.handouts import header_line, render_form
    from orchestration.submissions.feedback.telling import partner_language

    contract = contract_named(feed)
    content = header_line(contract) if as_csv else render_form(contract, language or partner_language(contract))
    with _writing(out):
        out.write_bytes(content)
    print(f"{contract.title} ({contract.id}, version {contract.version}): {out}")


@contracts_app.command()
def docs(
    feed: Annotated[str | None, typer.Argument(help="Only this feed, as PARTNER/FEED; default: all.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pages.")] = Path("build/feeds"),
) -> None:
    """Write a page for each feed that says how to deliver it, in the languages it has, and an index."""
    from orchestration.contracts.load import load_contracts
    from orchestration.contracts.lookup import contract_named
    from orchestration.handouts.page import write_pages

    chosen = [contract_named(feed)] if feed else list(load_contracts().values())
    with _writing(out):
        written = write_pages(chosen, out)
    print(f"{len(written) - 1} pages of {len(chosen)} feeds: {out / 'index.html'}")


@contracts_app.command()
def generate(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a generated file is out of date.")
    ] = False,
) -> None:
    """Generate what follows from the contracts and is committed: the dbt sources. `--check` also makes every page and
    form, which are not committed, and throws them away.
    """
    from orchestration.contracts.generate import main
    from orchestration.contracts.load import load_contracts
    from orchestration.handouts.proof import make_all

    code = main(["--check"] if check_only else [])
    if check_only and code == 0:
        make_all(list(load_contracts().values()))
    raise typer.Exit(code)
