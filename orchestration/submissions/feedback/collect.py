"""From what a check left behind to the feedback: a function of contract, lake folder and the register's facts.

Here: reading findings, quarantine and the text of the rows concerned. Not here: judging (classify.py did) and
words. Nothing depends on the clock, so that the same submission always gets the same feedback.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.model import Contract, Rule
from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import UNIQUE, every_rule
from orchestration.quoting import sql_text
from orchestration.submissions.check import Counts, engine
from orchestration.submissions.feedback.mends import Mender
from orchestration.submissions.feedback.model import Facts, Feedback, Past, Problem, Repair, Row, RuleCount
from orchestration.submissions.findings import DROPPED
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED, rows_sql
from orchestration.submissions.marking import marking_rule

# An office computer opens a workbook of that many rows; beyond, a CSV beside it has them all.
ROWS_AT_MOST = 50_000
REFUSED, WARNED, REPAIRED = "rejection", "warning", "repair"


def collect(
    contract: Contract, facts: Facts, folder: Path | None = None, counts: Counts | None = None,
    past: Sequence[Past] = (), line_offset: int | None = None, rows_at_most: int = ROWS_AT_MOST,
) -> Feedback:  # fmt: skip
    """The feedback on a submission; `folder` holds what a check left behind, None when there was none (a file
    that could not be read).
    """
    if folder is None or not (folder / FINDINGS).exists():
        return Feedback(contract, facts, counts, past=tuple(past))
    with engine().cursor() as connection:
        found = _Found(connection, contract, folder, rows_at_most)
        if found.is_empty:
            return Feedback(contract, facts, counts, past=tuple(past), line_offset=line_offset)
        return Feedback(
            contract, facts, counts,
            to_mend=found.rows(REFUSED), warned=found.rows(WARNED), repairs=found.repairs(),
            repaired_cells=found.repaired_cells(), duplicates=found.duplicates(),
            broken_rules=found.rule_counts(REFUSED), warning_rules=found.rule_counts(WARNED),
            past=tuple(past), line_offset=line_offset,
        )  # fmt: skip


def known_rules(contract: Contract) -> Mapping[str, Rule]:
    """Every rule and repair of the contract by its name."""
    marking = marking_rule(contract)
    rules = (*every_rule(contract), *repair_rules(contract), *((marking,) if marking else ()))
    return {rule.name: rule for rule in rules}


class _Found:
    """The findings of one folder, asked several questions."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, rows_at_most: int
    ) -> None:
        self.contract, self.folder, self.limit = contract, folder, rows_at_most
        self.rules, self.mender, self.connection = known_rules(contract), Mender(contract), connection
        kept = f"read_parquet({_file(folder / EXCLUDED)})" if (folder / EXCLUDED).exists() else "nobody"
        # Of accepted rows warnings are told, of those to mend what they break; copies are listed by themselves.
        connection.execute(
            f"""
            create or replace temp table findings as select * from read_parquet({_file(folder / FINDINGS)})
                where source_row_number > 0;
            create or replace temp table quarantined as select * from read_parquet({_file(folder / QUARANTINED)});
            create or replace temp table nobody (source_row_number bigint, reason varchar, kept_row bigint);
            create or replace temp table excluded as select source_row_number, reason, kept_row from {kept};
            create or replace temp table standing as select * from findings where source_row_number not in
                (select source_row_number from quarantined union all select source_row_number from excluded);
            create or replace temp table told as select * from findings where severity = '{REFUSED}'
                union all select * from standing where severity = '{WARNED}';
            """
        )
        self.is_empty = not connection.execute("select 1 from findings limit 1").fetchall()

    def rows(self, severity: str) -> tuple[Row, ...]:
        """The rows to mend, or those accepted with a warning, in order."""
        problems: dict[int, list[Problem]] = defaultdict(list)
        chosen = (
            f"select distinct source_row_number from told where severity = '{severity}' order by all limit {self.limit}"
        )
        for number, rule, fields, value, message, other in self.connection.execute(
            "select t.source_row_number, rule, field, value_before, message, kept_row from told t "
            f"left join excluded using (source_row_number) where severity = '{severity}' and t.source_row_number in "
            f"({chosen}) order by t.source_row_number, rule"
        ).fetchall():
            problems[number].append(self._problem(rule, fields, value, message, other))
        texts = self._texts(severity, chosen)
        return tuple(
            Row(number, texts.get(number, self._nothing()), tuple(found)) for number, found in problems.items()
        )

    def repairs(self) -> tuple[Repair, ...]:
        """The mended cells of accepted rows."""
        found = self.connection.execute(
            "select source_row_number, field, coalesce(value_before, ''), coalesce(value_after, ''), rule, message "
            f"from standing where severity = '{REPAIRED}' order by all limit {self.limit}"
        ).fetchall()
        return tuple(
            Repair(n, field, before, after, self._rule(rule, said, field))
            for n, field, before, after, rule, said in found
        )

    def repaired_cells(self) -> int:
        """How many cells of accepted rows were mended."""
        counted = f"select count(*) from standing where severity = '{REPAIRED}' and rule <> '{DROPPED}'"
        return int(self.connection.execute(counted).fetchall()[0][0])

    def duplicates(self) -> tuple[tuple[int, int], ...]:
        """Dropped copies with the row that each repeats."""
        found = self.connection.execute(
            "select source_row_number, kept_row from excluded where reason = 'duplicate' order by all "
            f"limit {self.limit}"
        ).fetchall()
        return tuple((int(row), int(kept)) for row, kept in found)

    def rule_counts(self, severity: str) -> tuple[RuleCount, ...]:
        """Rows by rule, the most frequent first."""
        found = self.connection.execute(
            "select rule, any_value(field), min(message), count(distinct source_row_number) as n from told "
            f"where severity = '{severity}' group by rule order by n desc, rule"
        ).fetchall()
        return tuple(RuleCount(self._rule(rule, said, fields), int(rows)) for rule, fields, said, rows in found)

    def _problem(
        self, rule_name: str, fields: str | None, value: str | None, message: str, other: int | None
    ) -> Problem:
        rule = self._rule(rule_name, message, fields)
        names = tuple(fields.split(", ")) if fields else ()
        # What a check says after the rule's own words: who answers for an exception, for instance.
        note = message.removeprefix(rule.description).strip() if message.startswith(rule.description) else ""
        note = "" if rule.kind == UNIQUE else note
        mend = self.mender.mend(rule, value) if len(names) == 1 else None
        return Problem(
            rule, names, value if len(names) == 1 else None, mend, note, other if rule.kind == UNIQUE else None
        )

    def _rule(self, name: str, message: str, fields: str | None) -> Rule:
        known = self.rules.get(name)
        if known is not None:
            return known
        return Rule(name, "", message, fields=tuple((fields or "").split(", ")) if fields else (), kind="other")

    def _texts(self, severity: str, chosen: str) -> dict[int, tuple[str | None, ...]]:
        source = (
            "quarantined"
            if severity == REFUSED
            else f"(select source_row_number, _raw as raw from {rows_sql([self.folder])})"
        )
        rows = self.connection.execute(
            f"select source_row_number, raw from {source} where raw is not null and source_row_number in ({chosen})"
        ).fetchall()
        return {int(number): self._cells(json.loads(raw, parse_float=str, parse_int=str)) for number, raw in rows}

    def _cells(self, values: Mapping[str, Any]) -> tuple[str | None, ...]:
        return tuple(_text(values.get(field.name)) for field in self.contract.fields)

    def _nothing(self) -> tuple[str | None, ...]:
        return (None,) * len(self.contract.fields)


def past_of(submissions: Iterable[Any], before: int, at_most: int = 7) -> tuple[Past, ...]:
    """The last submissions before the one with this sequence that were checked, oldest first."""
    earlier = [s for s in submissions if s.sequence < before and s.rows_read]
    return tuple(
        Past(s.period, s.file_name, s.rows_read, s.rows_accepted or 0, s.rows_quarantined or 0)
        for s in earlier[-at_most:]
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _file(path: Path) -> str:
    return sql_text(str(path))
