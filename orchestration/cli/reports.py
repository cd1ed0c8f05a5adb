"""Commands about reports: `report NAME --period P` publishes one, `reports` lists the editions and signs drafts off.

Here: their options and what they print. `report` has further verbs beside a name, such as `report new`: a first word
that is none of its verbs is the name of a report. Not here: rendering and editions (publication/).
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION, warning_of

PUBLISH = "publish"


class NameOrVerb(TyperGroup):
    """A group whose first word may be the name of a report: then it is published."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb that is not written before anything that is none."""
        first = args[0] if args else ""
        return super().parse_args(ctx, args if first in (*self.commands, "--help") else [PUBLISH, *args])


report_app = typer.Typer(
    cls=NameOrVerb,
    help="Publish a report for a period: `entrepot report licensing_statistics --period 2025-Q4`. The same contents "
    "stay the same edition.",
)
reports_app = typer.Typer(invoke_without_command=True, help="The editions of reports, and where their index is.")
app.add_typer(report_app, name="report")
app.add_typer(reports_app, name="reports")


@report_app.command(PUBLISH)
def publish(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The report, such as licensing_statistics.")],
    period: Annotated[str, typer.Option(help="The period: 2025-Q4, 2025-H2 or 2025.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Publish a report for a period; the same contents stay the same edition."""
    from orchestration import steps
    from orchestration.publication.shelf import DRAFT, HELD

    with messages().status(f"Publishing {name} {period}"):
        edition = steps.publish_report(site_of(context), name, period)
    if as_json:
        print_json(steps.edition_line(edition))
        return
    made = ("published" if edition.is_new else "unchanged") if edition.is_published else edition.state
    print(f"{edition.title}, {edition.period}, edition {edition.id} ({edition.status}), {made}: {edition.page}")
    if edition.state in (DRAFT, HELD):
        verb = f"entrepot reports sign-off {edition.report} {edition.id} --as ROLE --by NAME"
        messages().print(f"It is not published yet. Read it, then sign it off: {verb}", soft_wrap=True)
    if told := warning_of(steps.edition_line(edition)):
        messages().print(told, soft_wrap=True, markup=False)


@report_app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of the report: its folder, its models and its command.")],
    title: Annotated[str, typer.Option(help="Title, in words.")],
    cadence: Annotated[str, typer.Option(help="quarter, half or year.")] = "quarter",
    audience: Annotated[str, typer.Option(help="public or restricted.")] = "restricted",
) -> None:
    """Start a report: folder, models, metric and its places in the project, ready to be published and changed."""
    from orchestration.new_report.write import start
    from orchestration.settings import PROJECT_ROOT

    made = start(PROJECT_ROOT, name, title.strip(), cadence, audience, tuple(report_app_words()))
    print(f"Report {made.name}, with the metric {made.metric} that its table prints:")
    for path in made.files:
        print(f"  {path}")
    print("It is entered in:")
    for path in made.changed:
        print(f"  {path}")
    print("Next: `python -m reports.metrics.document`, then `entrepot run`; docs/add-a-report.md says how to go on.")


def report_app_words() -> list[str]:
    """The verbs of `report`, which can be the name of no report."""
    return [str(command.name) for command in report_app.registered_commands]


@reports_app.callback()
def reports(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List the editions that were published, the drafts that wait for a sign-off, and where their indexes are."""
    if context.invoked_subcommand is not None:
        return
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    from orchestration import steps
    from orchestration.publication.drafts import list_drafts
    from orchestration.publication.editions import list_editions
    from orchestration.publication.sign_offs import let_out_knowingly

    site = site_of(context)
    editions = [*list_editions(site.home), *list_drafts(site.home, site.register)]
    knowingly = {key: row.although_differences for key, row in let_out_knowingly(site.register).items()}
    if as_json:
        reasons = [knowingly.get((edition.report, edition.id)) for edition in editions]
        lines = map(steps.edition_line, editions)
        print_json([{**line, "although_differences": why} for line, why in zip(lines, reasons, strict=True)])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("report", "period", "edition", "status", "state", "page"):
        table.add_column(column, overflow="fold")
    for edition in editions:
        why = knowingly.get((edition.report, edition.id))
        state = _state(edition) + (f", although its differences tell: {why}" if why else "")
        table.add_row(edition.report, edition.period, edition.id, edition.status, escape(state), str(edition.page))
    if editions:
        output().print(table)
        print(f"Index: {site.home.reports / 'index.html'}")
        if not all(edition.is_published for edition in editions):
            print(f"Drafts: {site.home.drafts / 'index.html'}")
    else:
        print("No report has been published yet; `entrepot run` publishes those that are due.")


REPORT = Annotated[str, typer.Argument(help="The report, such as licensing_statistics.")]
EDITION = Annotated[str, typer.Argument(help="The edition, such as 2014-Q4-v1.")]
BY = Annotated[str, typer.Option("--by", help="The name of who does it; it is kept.")]


@reports_app.command("sign-off")
def sign_off(
    context: typer.Context,
    report: REPORT,
    edition: EDITION,
    role: Annotated[str, typer.Option("--as", help="The role, by data_contracts/publication_policy.yaml.")],
    author: BY,
    note: Annotated[str, typer.Option(help="What is to be remembered with it.")] = "",
    although_differences: Annotated[
        str, typer.Option(help="Why it goes out though its revisions tell of few exporters; it is kept.")
    ] = "",
) -> None:
    """Sign a draft off: it appears when its embargo is over. The signature is bound to the draft's bytes."""
    from orchestration import steps

    done = steps.sign_off(site_of(context), report, edition, role, author, note, although_differences)
    print(f"{done.title}, {done.period}, edition {done.id}: {_state(done)}: {done.page}")


@reports_app.command("withdraw-sign-off")
def withdraw_sign_off(
    context: typer.Context,
    report: REPORT,
    edition: EDITION,
    author: BY,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
) -> None:
    """Take the sign-off of a draft back before it appears; it is a draft again."""
    from orchestration.publication import drafts, sign_offs

    site = site_of(context)
    draft = drafts.find(site.home, site.register, report, edition)
    taken = sign_offs.withdraw(site.register, draft, author, reason)
    print(f"{draft.title}, {draft.period}, edition {draft.id}: the sign-off as {taken.role} is taken back.")


@reports_app.command()
def release(context: typer.Context) -> None:
    """Let out the drafts that are signed off and whose embargo is over; `entrepot run` does so too."""
    from orchestration import steps

    out = steps.release_signed(site_of(context))
    for edition in out:
        print(f"{edition.title}, {edition.period}, edition {edition.id} ({edition.status}), published: {edition.page}")
    if not out:
        print("No draft is both signed off and due; `entrepot reports` lists them.")


@reports_app.command()
def changes(context: typer.Context, report: REPORT, edition: EDITION) -> None:
    """Say why an edition differs from the one before: which submissions came and which no longer count, and which
    differences tell of few exporters. Restricted.
    """
    from orchestration.publication import causes, differences

    site = site_of(context)
    period = edition.rpartition("-v")[0]
    for line in causes.account(site.home, report, edition):
        print(line)
    for line in differences.account(site.home, site.register, report, period, edition):
        print(line)


def _state(edition: Any) -> str:
    """How an edition stands, and for a signed draft when it appears."""
    from orchestration.publication.drafts import appears_at
    from orchestration.publication.policy import load_publication_policy
    from orchestration.publication.shelf import SIGNED

    if edition.state != SIGNED:
        return str(edition.state)
    return f"{edition.state} until {appears_at(edition, load_publication_policy()):%Y-%m-%d %H:%M} UTC"
