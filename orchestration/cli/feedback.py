"""Commands about what partners get back: check (before handing in) and feedback (after).

Here: their options and what they print. Not here: checking and the pages (orchestration/submissions/).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, results_only, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.contracts.model import Contract, ContractSet
    from orchestration.submissions.feedback.model import Feedback
    from orchestration.submissions.feedback.shelf import Shown
    from orchestration.words.catalogue import Words

FEED_OPTION = typer.Option(help="The feed, as PARTNER/FEED; default: the one whose contract takes the file's name.")
LANGUAGE_OPTION = typer.Option(help="Language of page and workbook, such as de; default: the contract's.")
ROWS_PRINTED = 12
VALUE_LENGTH = 40


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The file to check; nothing is handed in.")],
    feed: Annotated[str | None, FEED_OPTION] = None,
    contract_file: Annotated[
        Path | None, typer.Option("--contract", help="Check against the contract in this YAML file, such as a draft.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="What it covers, such as 2026-Q3; default: by its name.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the page and the workbook; default: none.")] = None,
    language: Annotated[str | None, LANGUAGE_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Check a file against its contract without handing it in; exit code 1 if it or any of its rows is at fault."""
    from orchestration.cli.waiting import waiting
    from orchestration.contracts.load import load_contracts
    from orchestration.contracts.lookup import contract_in
    from orchestration.errors import EntrepotError, UsageError
    from orchestration.submissions.feedback.offline import check_offline, document

    if contract_file is not None and feed is not None:
        raise UsageError("Give either --feed or --contract: a contract's file says itself which feed it is.")
    contract = contract_in(contract_file) if contract_file else contract_for(load_contracts(), file, feed)
    if not file.is_file():
        raise EntrepotError(f"{file} is not a file. Check the path.")
    with results_only(), waiting(messages(), file.name) as watch:
        done = check_offline(file, contract, period=period, out=out, language=language, watch=watch)
    if as_json:
        print_json(document(done))
    else:
        print_feedback(done.feedback, done.words)
        if done.not_judged:
            rules = ", ".join(done.not_judged)
            output().print(f"Not judged without the submissions before it: {rules}.", style="dim", markup=False)
        if done.files is not None:
            files_made(output(), done.files)
        else:
            output().print("Nothing was kept; `--out DIR` writes page and workbook.", style="dim")
    raise typer.Exit(0 if done.is_faultless else 1)


@app.command()
def feedback(
    context: typer.Context,
    submission_id: Annotated[str, typer.Argument(help="Such as S0123456789abcde.")],
    out: Annotated[Path | None, typer.Option(help="Make them in this folder; default: those of the home.")] = None,
    language: Annotated[str | None, LANGUAGE_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Print what a submission's partner gets back, and where its page and workbook are."""
    from orchestration.errors import UsageError
    from orchestration.submissions.feedback import shelf, verdict
    from orchestration.submissions.feedback.telling import partner_language
    from orchestration.words.catalogue import words_in

    site = site_of(context)
    submission = site.register.submission(submission_id)
    contract = site.contract(submission.contract_id)
    words = words_in(language or partner_language(contract))
    if out is None and words.language != partner_language(contract):
        raise UsageError(
            f"The home keeps the feedback of {submission_id} in its partner's language "
            f"({partner_language(contract)}). Give a folder with --out DIR to have it in another."
        )
    told = shelf.feedback_on(site, submission)
    if out is None:
        files = shelf.keep(site, submission)
    else:
        files = shelf.write(told, shelf.lake_folder(site, submission), out, submission_id, words.language)
    if as_json:
        print_json(
            {
                "submission_id": submission_id, "status": submission.status, "language": words.language,
                "verdict": verdict(told, words), "page": str(files.page),
                "workbook": str(files.workbook) if files.workbook else None,
                "all_rows_to_mend": str(files.rest) if files.rest else None,
            }
        )  # fmt: skip
    else:
        print_feedback(told, words)
        files_made(output(), files)


def contract_for(contracts: "ContractSet", file: Path, feed: str | None) -> "Contract":
    """The contract of the feed that was named, else the one that takes the file's name."""
    from orchestration.errors import EntrepotError

    if feed is not None:
        return contracts.named(feed)
    # The patterns speak of paths below the landing folder: the folders above the file may name the partner.
    for parts in range(1, len(file.absolute().parts)):
        contract = contracts.match("/".join(file.absolute().parts[-parts:]))
        if contract is not None:
            return contract
    raise EntrepotError(
        f"{file.name} matches no feed: no contract's file pattern fits its name. Say which feed it is with "
        f"--feed PARTNER/FEED (`entrepot contracts list` names them), or rename it as the contract says."
    )


def files_made(console: "Console", files: "Shown") -> None:
    """The last lines: what was made and where."""
    console.print(f"Page:     {files.page}", markup=False, soft_wrap=True)
    if files.workbook is not None:
        console.print(f"Workbook: {files.workbook}", markup=False, soft_wrap=True)
    if files.rest is not None:
        console.print(f"All rows: {files.rest}", markup=False, soft_wrap=True)


def print_feedback(told: "Feedback", words: "Words") -> None:
    """Verdict, counts, the first rows to mend as a table, and what else there is."""
    from rich.text import Text

    from orchestration.submissions.feedback.telling import shown
    from orchestration.submissions.feedback.verdict import BAD, GOOD, tone, verdict

    console, colour = output(), {GOOD: "green", BAD: "red"}.get(tone(told), "yellow")
    console.print(Text(verdict(told, words), style=f"bold {colour}"))
    console.print(Text(f"{told.facts.file_name}, {told.contract.id} {told.facts.period}".strip(), style="dim"))
    if told.facts.reason:
        console.print(Text(shown(told.facts.reason)), soft_wrap=True)
    if told.to_mend:
        console.print(_table(told, words))
        more = (told.counts.rows_quarantined if told.counts else 0) - ROWS_PRINTED
        if more > 0:
            console.print(Text(words.several("… and one more row.", "… and %(num)s more rows.", more), style="dim"))
    for line in _also(told, words):
        console.print(Text(line))


def _table(told: "Feedback", words: "Words") -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from orchestration.submissions.feedback.telling import advice, shortened, shown, told_rule

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    has_line = told.line_offset is not None
    table.add_column(words.say("Line") if has_line else words.say("Row"), justify="right", no_wrap=True)
    for heading in ("Column", "In your file", "What is wrong", "Expected"):
        table.add_column(words.say(heading), overflow="fold")
    for row in told.to_mend[:ROWS_PRINTED]:
        for position, problem in enumerate(row.problems):
            rule = told_rule(told.contract, problem.rule, words)
            values = {field.name: value for field, value in told.cells(row)}
            number = told.line(row.number) if has_line else row.number
            wanted = advice(problem, words) or (f"{rule.expected} ({rule.example})" if rule.example else rule.expected)
            table.add_row(
                words.number(number or 0) if position == 0 else "",
                Text(", ".join(told.source(name) for name in problem.fields)),
                Text(
                    shortened(", ".join(shown(values.get(name)) for name in problem.fields), VALUE_LENGTH),
                    style="yellow",
                ),
                Text(rule.text),
                Text(wanted),
            )
    return table


def _also(told: "Feedback", words: "Words") -> list[str]:
    counts = told.counts
    if counts is None:
        return []
    several = words.several
    lines = [
        several("One row has a warning.", "%(num)s rows have a warning.", counts.rows_warned),
        several("One cell was repaired.", "%(num)s cells were repaired.", told.repaired_cells),
        several("One exact copy was counted once.", "%(num)s exact copies were counted once.", counts.rows_duplicate),
    ]
    numbers = (counts.rows_warned, told.repaired_cells, counts.rows_duplicate)
    return [line for line, number in zip(lines, numbers, strict=True) if number]
