"""No model compares, sorts, adds up or maps grades of intelligence: a sign means opposite things in two schemes.

A 4 is "cannot be judged" in the 5x5x5 scheme and "doubtful" in the Admiralty's. The one thing that may be done with a
grade is to look up its label in its own scheme. Read from the compiled SQL of every model.
"""

import pytest
import sqlglot
from sqlglot import exp

from tests.unit.test_portable_sql import compiled  # noqa: F401  (the fixture)

GRADES = {"source_reliability", "info_credibility", "grade"}
ORDERING = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.Ordered, exp.Add, exp.Sub, exp.Mul, exp.Div)
DERIVING = (exp.AggFunc, exp.Cast, exp.Case, exp.In, exp.Greatest, exp.Least)


def faults(sql: str) -> list[str]:
    """Where this select does more with a grade than hand it on or look it up within its scheme."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = []
    for column in tree.find_all(exp.Column):
        if column.name not in GRADES:
            continue
        for kind in (*ORDERING, *DERIVING):
            if column.find_ancestor(kind):
                found.append(f"{column.sql()} stands in {kind.__name__}")
        equal = column.find_ancestor(exp.EQ, exp.NEQ)
        if equal is not None:
            condition = equal
            while isinstance(condition.parent, exp.And):
                condition = condition.parent
            alike = [e for e in condition.find_all(exp.EQ) if {s.name for s in (e.left, e.right)} & {"scheme"}]
            if not alike or isinstance(equal, exp.NEQ):
                found.append(f"{column.sql()} is compared outside its scheme")
    return found


def test_no_model_does_more_with_a_grade_than_look_it_up(compiled: dict[str, str]) -> None:  # noqa: F811
    using = {
        name: sql
        for name, sql in compiled.items()
        if any(word in sql for word in ("source_reliability", "source_grades"))
    }
    assert "fct_intelligence_reports" in using
    assert {name: told for name, sql in using.items() if (told := faults(sql))} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select * from a join g on a.source_reliability = g.grade",
        "select * from a join b on a.source_reliability = b.source_reliability",
        "select * from a order by info_credibility",
        "select max(info_credibility) from a",
        "select cast(info_credibility as integer) from a",
        "select case info_credibility when '1' then 'A' end from a",
        "select * from a where info_credibility <= '3'",
        "select * from a where source_reliability in ('A', 'B')",
        "select * from a join g on a.scheme = g.scheme and a.source_reliability <> g.grade",
    ],
)
def test_a_planted_conversion_is_found(sql: str) -> None:
    assert faults(sql)


def test_a_look_up_within_a_scheme_is_none() -> None:
    assert faults("select g.label from a left join g on a.scheme = g.scheme and a.source_reliability = g.grade") == []
