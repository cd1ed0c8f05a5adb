"""The feedback as one HTML page that needs nothing but itself: no script, no other file, safe with any text in it.

Here: what the template is given, prepared so that it only lays out. Not here: the words of rules (telling.py) and
the layout (templates/). The look is that of the published reports, whose style sheet is used as it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.contracts.texts import texts_in
from orchestration.pages import environment, style
from orchestration.submissions.feedback import trend
from orchestration.submissions.feedback.model import Feedback, Problem, Repair, Row, RuleCount
from orchestration.submissions.feedback.telling import (
    Remark,
    ToldRule,
    advice,
    remarks,
    rule_text,
    shortened,
    shown,
    told_rule,
)
from orchestration.submissions.feedback.verdict import comparison, next_steps, tone, verdict
from orchestration.words.catalogue import Words

TEMPLATES = Path(__file__).parent / "templates"
ROWS_A_RULE = 40
OTHERS_SHOWN = 40
CELL_LENGTH = 160
SHORT = 18


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown; `is_marked` when it is one to mend."""

    text: str
    is_marked: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it had better stay on one line."""
        return len(self.text) <= SHORT


@dataclass(frozen=True)
class ShownRow:
    """One row below its rule."""

    number: str
    line: str
    cells: Sequence[Cell]
    advice: str
    remarks: Sequence[Remark]


@dataclass(frozen=True)
class Group:
    """The rows that break (or are warned by) one rule."""

    anchor: str
    rule: ToldRule
    rows: int
    columns: Sequence[str]
    marked: int
    shown: Sequence[ShownRow]
    has_advice: bool
    has_remarks: bool
    is_as_understood: bool

    @property
    def more(self) -> int:
        """Rows that the page does not show."""
        return self.rows - len(self.shown)


def render_page(feedback: Feedback, words: Words, workbook: str | None = None, others: str | None = None) -> bytes:
    """The page in UTF-8. `workbook` and `others` are the names of the files beside it, if there are any: the
    workbook, and the CSV with all rows when the workbook cannot hold them.
    """
    sheet, sheet_hash = style(TEMPLATES / "feedback.css")
    page = environment(TEMPLATES, words).get_template("feedback.html.j2").render(
        feedback=feedback, facts=feedback.facts, counts=feedback.counts, contract=feedback.contract,
        title=texts_in(feedback.contract, words.language).title,
        words=words, verdict=verdict(feedback, words), tone=tone(feedback), steps=next_steps(feedback, words),
        comparison=comparison(feedback, words), trend=trend.bars(feedback),
        to_mend=_groups(feedback, feedback.to_mend, feedback.broken_rules, words, "mend"),
        warned=_groups(feedback, feedback.warned, feedback.warning_rules, words, "warning"),
        repairs=_repairs(feedback, words), others_shown=OTHERS_SHOWN, reason=shown(feedback.facts.reason),
        kind=_kind(feedback, words), workbook=workbook, others=others, style=sheet, style_hash=sheet_hash,
    )  # fmt: skip
    return page.encode("utf-8")


def _groups(
    feedback: Feedback, rows: Sequence[Row], counts: Sequence[RuleCount], words: Words, prefix: str
) -> list[Group]:
    by_rule: dict[str, list[tuple[Row, Problem]]] = {count.rule.name: [] for count in counts}
    for row in rows:
        for problem in row.problems:
            chosen = by_rule.get(problem.rule.name)
            if chosen is not None and len(chosen) < ROWS_A_RULE:
                chosen.append((row, problem))
    return [
        _group(feedback, count, by_rule[count.rule.name], words, f"{prefix}-{position}")
        for position, count in enumerate(counts, start=1)
    ]


def _group(
    feedback: Feedback, count: RuleCount, found: Sequence[tuple[Row, Problem]], words: Words, anchor: str
) -> Group:
    """The columns of the rule first, then the key's, then the others in their order: what matters stands left."""
    contract = feedback.contract
    first = [name for name in count.rule.fields if name in contract.field_by_name]
    rest = [name for name in contract.key if name not in first]
    order = [*first, *rest, *(field.name for field in contract.fields if field.name not in (*first, *rest))]
    shown_rows = [_row(feedback, row, problem, order, words) for row, problem in found]
    return Group(
        anchor, told_rule(contract, count.rule, words), count.rows, [feedback.source(name) for name in order],
        len(first), shown_rows, any(row.advice for row in shown_rows), any(row.remarks for row in shown_rows),
        any(row.is_as_understood for row, _ in found),
    )  # fmt: skip


def _row(feedback: Feedback, row: Row, problem: Problem, order: Sequence[str], words: Words) -> ShownRow:
    values = {field.name: value for field, value in feedback.cells(row)}
    marked = row.fields if problem.rule.severity == "error" else frozenset(problem.fields)
    line = feedback.line(row.number)
    others = [rule_text(feedback.contract, other.rule, words) for other in row.problems if other is not problem]
    also = [Remark(words.say("Also: %(rule)s", rule=text), language) for text, language in others]
    return ShownRow(
        words.number(row.number),
        "" if line is None else words.number(line),
        [_cell(values[name], name in marked) for name in order],
        shown(advice(problem, words)),
        [*remarks(feedback, problem, row.number, words), *also],
    )


def _cell(value: str | None, is_marked: bool) -> Cell:
    text = shown(value)
    return Cell(shortened(text, CELL_LENGTH), is_marked)


def _repairs(feedback: Feedback, words: Words) -> list[Mapping[str, Any]]:
    """Repairs by kind and column, with the first of each: most are the same again and again."""
    kinds: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], Repair] = {}
    for repair in feedback.repairs:
        if repair.field not in feedback.contract.field_by_name:
            continue
        seen = (repair.rule.name, repair.before, repair.after)
        kinds[seen] += 1
        first.setdefault(seen, repair)
    return [
        {
            "column": feedback.source(first[seen].field),
            "before": _cell(seen[1], False),
            "after": _cell(seen[2], False),
            "rule": rule_text(feedback.contract, first[seen].rule, words)[0],
            "times": times,
            "row": first[seen].row,
        }
        for seen, times in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    ]


def _kind(feedback: Feedback, words: Words) -> str:
    return {
        "initial": words.say("first delivery"),
        "correction": words.say("correction"),
        "replacement": words.say("full replacement"),
        "delta": words.say("changes only"),
        "withdrawal": words.say("withdrawal"),
        "nil": words.say("nothing to report"),
    }.get(feedback.facts.kind, feedback.facts.kind)
