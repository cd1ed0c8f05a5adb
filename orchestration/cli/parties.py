"""Commands about parties: explain, review, judge, undo, show.

Here: their options and what they print. Not here: how parties are made and what people may judge (linkage/).
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli import party_tables
from orchestration.cli.app import app, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.linkage.mentions import Mention
    from orchestration.linkage.trial import Change
    from orchestration.site import Site

parties_app = typer.Typer(no_args_is_help=True, help="Parties: why records are one, and what people say about it.")
app.add_typer(parties_app, name="parties")

SIDE = typer.Argument(help="A party (P0123456789abcde) or a mention: PARTNER/FEED/RECORD, or that with /ROLE/NUMBER.")
BY = typer.Option(help="The name of the person who says so.")
REASON = typer.Option(help="Why; who may see the judgement reads it.")
FOR = typer.Option("--for", help="The partner in whose name it is said; his it is, and he may see it.")
TELL = typer.Option(help="Who else may see it and is affected by it; may be given several times.")


@parties_app.command()
def explain(
    context: typer.Context,
    one: Annotated[str, SIDE],
    other: Annotated[str, SIDE],
    all_: Annotated[bool, typer.Option("--all", help="Show comparisons of which nothing is known, too.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Explain why two mentions, or parties, are one or not: what was compared, what it weighs, what people said."""
    from orchestration.linkage import mentions
    from orchestration.linkage.explanation import explain_pair

    site = site_of(context)
    with mentions.reading(site.home) as connection:
        left, right = mentions.two(connection, one, other)
        account = explain_pair(connection, site.register, left, right)
    if as_json:
        print_json(account)
    else:
        party_tables.print_account(left, right, account, everything=all_)


@parties_app.command()
def review(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many pairs to show.")] = 10,
    partner: Annotated[str | None, typer.Option(help="Only pairs with a mention of this partner.")] = None,
    listed: Annotated[bool, typer.Option("--listed", help="Only pairs that would make a party a listed one.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """List the pairs that scores leave open, those first on which a person's word changes most."""
    from orchestration.errors import UsageError
    from orchestration.judgements import PARTY_PAIR, in_force
    from orchestration.linkage import mentions
    from orchestration.linkage.review import open_pairs

    site = site_of(context)
    partners = {contract.partner for contract in site.contracts.values()}
    if partner is not None and partner not in partners:
        raise UsageError(f"No partner is called `{partner}`. There are: {', '.join(sorted(partners))}.")
    with mentions.reading(site.home) as connection:
        found = open_pairs(connection, in_force(site.register, PARTY_PAIR))
    chosen = [
        pair
        for pair in found
        if (partner is None or partner in {*pair.party.partners, *pair.other_party.partners})
        and (not listed or pair.lists_an_unlisted_one)
    ]
    if as_json:
        print_json([pair.document() for pair in chosen[:limit]])
        return
    for number, pair in enumerate(chosen[:limit], start=1):
        party_tables.print_open_pair(number, pair)
    print(f"{min(limit, len(chosen)):,} of {len(chosen):,} pairs of parties that wait for a person's word.")


@parties_app.command()
def judge(
    context: typer.Context,
    one: Annotated[str, SIDE],
    other: Annotated[str, SIDE],
    verdict: Annotated[str, typer.Option(help="same, different or unsure.")],
    by: Annotated[str, BY],
    reason: Annotated[str, REASON],
    originator: Annotated[str, FOR] = "operator",
    release_to: Annotated[list[str] | None, TELL] = None,
    level: Annotated[str, typer.Option(help="public, official, restricted or secret.")] = "official",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Judge whether two mentions are one party; says what the next `entrepot run` makes of it."""
    from orchestration.judgements import marking_for
    from orchestration.linkage import mentions
    from orchestration.linkage.verdicts import judge_pair
    from orchestration.releases.policy import load_policy

    site = writable(context)
    policy = load_policy()
    marking = marking_for(policy, originator, level=level, release_to=release_to or ())
    with mentions.reading(site.home) as connection:
        left, right = mentions.two(connection, one, other)
        said = judge_pair(
            site.register, policy, left, right, verdict, author=by, reason=reason, marking=marking,
            originator=originator, describe=mentions.describing(connection),
        )  # fmt: skip
        change = _change(site, connection)
    if as_json:
        print_json({"number": said.id, "verdict": said.verdict, "marking": said.marking, "change": change.document()})
        return
    print(f"Judgement {said.id}, {said.at:%Y-%m-%d %H:%M} UTC, by {said.author} for {said.originator}: {said.verdict}.")
    _tell(left, right, change)


@parties_app.command()
def undo(
    context: typer.Context,
    one: Annotated[str, SIDE],
    other: Annotated[str, SIDE],
    by: Annotated[str, BY],
    reason: Annotated[str, REASON],
    originator: Annotated[str, FOR] = "operator",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Take back the last thing said about two mentions, a taking back included; what stood before stands again."""
    from orchestration.linkage import mentions
    from orchestration.linkage.verdicts import pair_id, undo_pair
    from orchestration.releases.policy import load_policy

    site = writable(context)
    policy = load_policy()
    policy.recipient(originator)
    with mentions.reading(site.home) as connection:
        left, right = mentions.two(connection, one, other)
        taken_back, now = undo_pair(
            site.register, policy, pair_id(left.mention_id, right.mention_id), author=by, reason=reason,
            originator=originator, describe=mentions.describing(connection),
        )  # fmt: skip
        change = _change(site, connection)
    stands = f"{now.verdict}, said by {now.author} on {now.at:%Y-%m-%d}" if now else "nothing"
    if as_json:
        print_json({"taken_back": taken_back.id, "in_force": now.id if now else None, "change": change.document()})
        return
    print(f"Number {taken_back.id} ({taken_back.verdict}) of {originator} is taken back; in force is {stands}.")
    _tell(left, right, change)


@parties_app.command()
def show(
    context: typer.Context,
    party: Annotated[str, SIDE],
    limit: Annotated[int, typer.Option(min=1, help="How many mentions to show.")] = 20,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show a party: its mentions, the judgements about them, and what happened to its id."""
    from orchestration.linkage import mentions
    from orchestration.linkage.biography import biography

    site = site_of(context)
    with mentions.reading(site.home) as connection:
        found = biography(connection, site.register, party)
    if as_json:
        print_json(found)
    else:
        party_tables.print_biography(found, limit)


def writable(context: typer.Context) -> "Site":
    """The site, if anything may be judged in it; EntrepotError in a home that shows an earlier day."""
    from orchestration.errors import EntrepotError

    site = site_of(context)
    if site.home.known_on is not None:
        raise EntrepotError(f"This home shows what was known on {site.home.known_on}: nothing can be judged here.")
    return site


def _change(site: "Site", connection: Any) -> "Change":
    from orchestration.judgements import PARTY_PAIR, in_force
    from orchestration.linkage.trial import change_by

    return change_by(connection, site.register, in_force(site.register, PARTY_PAIR))


def _tell(left: "Mention", right: "Mention", change: "Change") -> None:
    print(f"On {left.name} ({left.address}) and {right.name} ({right.address}).")
    for sentence in change.sentences():
        print(sentence)
