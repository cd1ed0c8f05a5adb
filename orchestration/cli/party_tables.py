"""How parties and pairs of mentions look on a terminal: at most a hundred columns, colour only where it is wanted.

Here: the tables. Not here: what they show (linkage/) and the commands (parties.py).
"""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from orchestration.linkage.mentions import Mention
    from orchestration.linkage.review import OpenPair

WIDTH = 100
_MOST_SHOWN = 6  # of a list in a cell
_TELLING = ("birth_dates", "registration_no", "lei", "eori", "city")
_LABELS = {"list_refs": "other lists' refs", "registration_no": "registration", "lei": "LEI", "eori": "EORI"}


def print_account(left: "Mention", right: "Mention", account: dict[str, Any], *, everything: bool) -> None:
    """An account of explain_pair: the two sides, comparisons, sum, judgements, outcome."""
    console = _console()
    console.print(_sides(left, right))
    if (score := account["score"]) is not None:
        console.print()
        console.print(_comparisons(score, everything))
        _print_sum(score, account["thresholds"])
    if account["judgements"]:
        console.print()
        console.print(_judgements(account["judgements"]))
    console.print()
    for sentence in account["because"]:
        _say(sentence)


def print_open_pair(number: int, pair: "OpenPair") -> None:
    """One pair of the grey band, the sides beside each other, and what `same` would do."""
    console = _console()
    parts = [
        f"{_counted(pair.records_moved, 'record')} would move",
        _joined(pair.agencies_brought_together),
        f"{_counted(pair.cases_touched, 'case')} touched" if pair.cases_touched else "",
        "a party would become a listed one" if pair.lists_an_unlisted_one else "",
    ]
    more = f", the best of {pair.pair_count} pairs" if pair.pair_count > 1 else ""
    head = f"{number}. If same: {'; '.join(part for part in parts if part)}."
    console.print(head, style="bold", markup=False)
    _say(f"Score {pair.match_weight:.1f} bits, probability {pair.probability:.2f}{more}.")
    console.print(_sides(pair.one, pair.other))
    console.print()


def print_biography(found: dict[str, Any], limit: int) -> None:
    """A party with its mentions, judgements and the trail of its id."""
    console = _console()
    if found["mentions"]:
        table = _table("mention", "name", "country", "says")
        for row in found["mentions"][:limit]:
            said = ((name, _readable(row.get(name, ""))) for name in _TELLING)
            told = "; ".join(f"{_label(name)} {value}" for name, value in said if value)
            table.add_row(row["mention"], row["name"], row.get("country_code", ""), told)
        _say(f"{found['party_id']}: {_counted(len(found['mentions']), 'mention')} by {', '.join(found['partners'])}.")
        console.print(table)
        if len(found["mentions"]) > limit:
            _say(f"The first {limit} of {len(found['mentions']):,} mentions; --limit shows more.")
    else:
        _say(f"{found['party_id']} has no mentions now.")
    if found["judgements"]:
        console.print()
        console.print(_judgements(found["judgements"]))
    for event in found["trail"]:
        other = f" {event['other_party_id']}" if event["other_party_id"] else ""
        _say(f"{event['party_id']} {event['event']}{other} (after submission {event['submission_id']}).")


def _joined(agencies: int) -> str:
    """How many agencies' records would come to stand beside others'."""
    if not agencies:
        return ""
    return f"records of {agencies} agenc{'y' if agencies == 1 else 'ies'} would join others'"


def _sides(left: "Mention", right: "Mention") -> "Table":
    table = _table("", "one", "other")
    table.add_row("mention", left.address, right.address)
    table.add_row("party", left.party_id, right.party_id)
    for name in dict.fromkeys([*left.told, *right.told]):
        given = [_readable(side.told.get(name, "")) for side in (left, right)]
        is_told_already = name == "country_code" and "countries" in left.told and "countries" in right.told
        if any(given) and not is_told_already:
            table.add_row(_label(name), *given)
    return table


def _comparisons(score: dict[str, Any], everything: bool) -> "Table":
    table = _table("compared", "value", "level", "bits")
    table.columns[-1].justify = table.columns[1].justify = "right"
    known = [c for c in score["comparisons"] if c["value"] is not None]
    for item in sorted(known, key=lambda item: (-abs(item["weight"]), item["name"])):
        table.add_row(item["asked"], f"{item['value']:.4g}", item["level"], f"{item['weight']:+.2f}")
    rest = [c for c in score["comparisons"] if c["value"] is None]
    if everything:
        for item in rest:
            table.add_row(item["asked"], "", "not known", f"{item['weight']:+.2f}")
    return table


def _print_sum(score: dict[str, Any], thresholds: dict[str, float]) -> None:
    unknown = sum(c["value"] is None for c in score["comparisons"])
    compared = round(score["match_weight"] - score["start"], 6)
    _say(
        f"Before anything is compared ({score['context']}): {score['start']:+.2f} bits; comparisons: {compared:+.2f}"
        + (f" ({unknown} of which nothing is known: 0)" if unknown else "")
        + f"; together {score['match_weight']:+.2f}, a probability of {score['probability']:.3f}."
    )
    _say(
        f"One party from {thresholds['match']:+.2f}, to be looked at by a person from {thresholds['review']:+.2f}: "
        f"{score['band']}."
    )


def _judgements(rows: list[dict[str, Any]]) -> "Table":
    table = _table("no", "day", "verdict", "by", "for", "reason", "")
    for row in rows:
        verdict = f"{row['verdict']} {row['reverses']}" if row["reverses"] else row["verdict"]
        notes = ["in force"] if row["is_in_force"] else []
        notes += ["a record has changed since"] if row["evidence_has_changed"] and row["is_in_force"] else []
        day = f"{row['at']:%Y-%m-%d}"
        table.add_row(str(row["id"]), day, verdict, row["author"], row["originator"], row["reason"], ", ".join(notes))
    return table


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " "))


def _readable(value: str) -> str:
    """JSON lists as a person would write them: of an alias its name, of other things all that is said."""
    if not value.startswith("["):
        return value
    items = [item if isinstance(item, dict) else {"name": str(item)} for item in json.loads(value)]
    texts = [item.get("name") or ", ".join(str(v) for v in item.values() if v and v is not True) for item in items]
    shown = "; ".join(texts[:_MOST_SHOWN])
    return f"{shown}; {len(texts) - _MOST_SHOWN} more" if len(texts) > _MOST_SHOWN else shown


def _table(*columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _console() -> "Console":
    from orchestration.cli.console import PlainConsole

    return PlainConsole(WIDTH)


def _say(sentence: str) -> None:
    _console().print(sentence)
