"""Values, rules, repairs, duplicates: what each row becomes, and that none is lost."""

import json
import shutil
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.load import load_contracts
from orchestration.submissions.classify import BITS, classify, row_rules
from orchestration.submissions.marking import default_marking
from tests.unit.intake.builders import check, contract, field, rule

COMMA = {"decimal": ",", "grouping": ["."]}


def column(tmp_path, fields, values, name="a", **options):
    """One column of text through a check; row 1 is values[0]."""
    of = contract(tmp_path, fields, reader={"delimiter": "~"}, **options)
    file = tmp_path / "feed.csv"
    file.write_text(
        f"{name}~n\n" + "".join(f"{value}~{number}\n" for number, value in enumerate(values)), encoding="utf-8"
    )
    return check(of, file)


def values_of(tmp_path, one, values, **options):
    """What each text becomes: the typed value, or "refused"."""
    outcome = column(tmp_path, [one, field("n", "integer")], values, **options)
    accepted = {n: value for value, n in outcome.accepted("a", "n")}
    return [accepted.get(number, "refused") for number in range(len(values))]


@pytest.mark.parametrize(
    ("one", "cases"),
    [
        (
            field("a", "number", scale=2, **COMMA),
            {
                "1.234,56": "1234.56",
                "1234,5": "1234.5",
                "-5": "-5",
                "1.234.567": "1234567",
                " 7 ": "7",
                "12,300": "12.3",
            },
        ),
        (field("a", "number", scale=3), {"0.001": "0.001", "12": "12", "12.5000": "12.5"}),
        (field("a", "number", scale=2, decimal=".", grouping=["'"]), {"1'234.50": "1234.5", "1234.50": "1234.5"}),
        (
            field("a", "number", scale=2, decimal=",", grouping=["\u00a0", " "]),
            {"1\u00a0234,5": "1234.5", "1 234": "1234"},
        ),
        (field("a", "number", precision=20, scale=0), {"12345678901234567890": "12345678901234567890"}),
    ],
)
def test_numbers_are_exact(tmp_path, one, cases):
    assert values_of(tmp_path, one, list(cases)) == [Decimal(value) for value in cases.values()]


@pytest.mark.parametrize(
    ("one", "texts"),
    [
        (
            field("a", "number", scale=2, **COMMA),
            ["1.23", "1,234", "1e3", "12,", ",5", "+5", "1.2345,6", "99999999999999999,00", "1 000"],
        ),
        (field("a", "integer"), ["1.0", "1e3", "0x1", "1,000", "9223372036854775808", "--1"]),
        (field("a", "integer", grouping=[","]), ["1,00", "1,0000", ",100", "1,,000"]),
        (
            field("a", "date", formats=["%d.%m.%Y"]),
            ["31.02.2024", "1.2.24", "2024-01-01", "01/02/2024", "01.02.2024 10:00", "45292"],
        ),
        (field("a", "timestamp", formats=["%d.%m.%Y %H:%M"]), ["01.02.2024", "01.02.2024 25:00", "01.02.0024 10:00"]),
        (field("a", "boolean", booleans={"true": ["J"], "false": ["N"]}), ["yes", "1", "JA"]),
        (field("a", "array"), ["x", "{}", "[1", '"a"']),
    ],
)
def test_what_is_not_of_the_type_is_refused(tmp_path, one, texts):
    assert values_of(tmp_path, one, texts) == ["refused"] * len(texts)


def test_dates_in_two_unambiguous_formats(tmp_path):
    one = field("a", "date", formats=["%d-%m-%Y", "%m/%d/%Y"])
    assert values_of(tmp_path, one, ["05-01-2004", "01/31/2005", "31/01/2005"]) == [
        date(2004, 1, 5),
        date(2005, 1, 31),
        "refused",
    ]


def test_local_times_become_utc_in_summer_and_winter(tmp_path):
    one = field("a", "timestamp", formats=["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"])
    texts = ["01.07.2024 23:30", "01.01.2024 00:30", "2024-07-01T10:00:00Z", "2024-07-01T10:00:00+02:00"]
    assert values_of(tmp_path, one, texts, timezone="Europe/Vienna") == [
        datetime(2024, 7, 1, 21, 30),
        datetime(2023, 12, 31, 23, 30),
        datetime(2024, 7, 1, 10),
        datetime(2024, 7, 1, 8),
    ]


@pytest.mark.parametrize(
    ("repairs", "options", "cases", "recorded"),
    [
        (["trim"], {}, {" x ": "x", "y": "y"}, []),
        (["upper"], {}, {"de": "DE", "DE": "DE"}, ["a_put_in_capitals"]),
        (
            ["trim", "control_code"],
            {},
            {
                "3A001.a.2": "3A001.a.2",
                "3a001 a 2": "3A001.a.2",
                "3А001": "3A001",
                "6A002a2a": "6A002.a.2.a",
                "1C350-16": "1C350.16",
                "ml22a": "ML22.a",
                "Diverse": "Diverse",
                "5A002|5D002": "5A002|5D002",
            },
            ["a_spelled_as_printed"],
        ),
        (["excel_exponent"], {}, {"1E+201": "1E201", "3.00E+001": "3E001", "3E+01": "3E+01"}, ["a_freed_of_exponent"]),
        (
            ["hs_leading_zero"],
            {},
            {"10200": "010200", "0102": "0102", "1020000": "01020000"},
            ["a_given_its_leading_zero"],
        ),
    ],
)
def test_repairs_are_recorded_with_before_and_after(tmp_path, repairs, options, cases, recorded):
    outcome = column(tmp_path, [field("a", repairs=repairs, **options), field("n", "integer")], list(cases))
    assert [value for value, _ in outcome.accepted("a", "n")] == list(cases.values())
    changed = [(n, before, after) for n, (before, after) in enumerate(cases.items(), 1) if before.strip() != after]
    assert [(n, before, after) for n, _, before, after in outcome.findings("repair")] == changed
    assert sorted({name for _, name, _, _ in outcome.findings("repair")}) == recorded
    assert outcome.counts.rows_repaired == len(changed)


def test_a_value_that_is_valid_as_it_stands_is_never_repaired(tmp_path):
    one = field("a", codeList="codes", repairs=["upper"])
    outcome = column(
        tmp_path, [one, field("n", "integer")], ["de", "fr", "xx", "FR"], code_lists={"codes": ["de", "FR"]}
    )
    assert outcome.accepted() == [("de", 0), ("FR", 1), ("FR", 3)]
    assert outcome.findings("repair") == [(2, "a_put_in_capitals", "fr", "FR"), (3, "a_put_in_capitals", "xx", "XX")]


def test_grouped_integers_get_back_the_zeros_that_a_spreadsheet_dropped(tmp_path):
    texts = {"25,740": 25740, "112.95": 112950, "3.5": 3500, "17.28": 17280, "1500": 1500, "1,234,567": 1234567, "0": 0}
    outcome = column(tmp_path, [field("a", "integer", groupedInteger=True), field("n", "integer")], [*texts, "1.2345"])
    assert [value for value, _ in outcome.accepted()] == list(texts.values())
    assert [(name, before, after) for _, name, before, after in outcome.findings("repair")] == [
        ("a_lost_trailing_zeros", "112.95", "112.950"),
        ("a_lost_trailing_zeros", "3.5", "3.500"),
        ("a_lost_trailing_zeros", "17.28", "17.280"),
    ]
    assert outcome.broken_rules() == {8: ["a_is_an_integer"]}


def test_every_broken_rule_of_a_row_is_named_and_the_row_kept_as_read(tmp_path):
    fields = [
        field("a", required=True, logicalTypeOptions={"maxLength": 3}),
        field("b", "integer", logicalTypeOptions={"minimum": 1}),
        field("c", "integer"),
    ]
    of = contract(tmp_path, fields, rules=[rule("c_follows_b", "c >= b"), rule("c_is_small", "c < 100", "warning")])
    file = tmp_path / "feed.csv"
    file.write_text("a,b,c\nabcd,0,x\n,5,4\nok,5,500\nok,,\n")
    outcome = check(of, file)
    assert outcome.broken_rules() == {
        1: ["a_is_not_too_long", "b_is_at_least_1", "c_is_an_integer"],
        2: ["a_is_present", "c_follows_b"],
    }
    assert outcome.quarantined()[0][2] == {"a": "abcd", "b": "0", "c": "x"}
    assert outcome.findings("warning") == [(3, "c_is_small", "500", None)]
    assert outcome.accepted() == [("ok", 5, 500), ("ok", None, None)]
    assert (outcome.counts.rows_warned, outcome.counts.rows_quarantined) == (1, 2)


def test_a_rule_that_fails_to_compute_does_not_take_the_file_down(tmp_path):
    of = contract(tmp_path, [field("a")], rules=[rule("a_is_small", "cast(a as integer) < 5")])
    (tmp_path / "feed.csv").write_text("a\n1\nx\n9\n")
    assert check(of, tmp_path / "feed.csv").broken_rules() == {3: ["a_is_small"]}


def test_more_rules_than_one_mask_holds(tmp_path):
    many = BITS + 9
    of = contract(tmp_path, [field("a", "integer")], rules=[rule(f"a_is_not_{n}", f"a <> {n}") for n in range(many)])
    (tmp_path / "feed.csv").write_text("a\n" + "".join(f"{n}\n" for n in range(many + 3)))
    outcome = check(of, tmp_path / "feed.csv")
    assert outcome.broken_rules() == {n + 1: [f"a_is_not_{n}"] for n in range(many)}
    assert outcome.accepted() == [(many + n,) for n in range(3)]


def test_long_and_short_code_lists_keep_texts_that_look_like_something_else(tmp_path):
    codes = ["NA", "NO", "001", *(f"X{n}" for n in range(300))]
    fields = [field("a", codeList="long"), field("n", codeList="short")]
    of = contract(tmp_path, fields, code_lists={"long": codes, "short": ["NO", "it's"]})
    (tmp_path / "feed.csv").write_text("a,n\nNA,NO\nNO,it's\n001,NO\n1,NO\nX299,no\n")
    outcome = check(of, tmp_path / "feed.csv")
    assert outcome.accepted() == [("NA", "NO"), ("NO", "it's"), ("001", "NO")]
    assert outcome.broken_rules() == {4: ["a_is_in_long"], 5: ["n_is_in_short"]}


KEYED = [
    field("a", primaryKey=True, primaryKeyPosition=1),
    field("b", "integer", primaryKey=True, primaryKeyPosition=2),
    field("c"),
]


def test_the_same_key_twice(tmp_path):
    of = contract(tmp_path, KEYED)
    (tmp_path / "feed.csv").write_text(
        "a,b,c\nx,1,p\nx,1,p\nx,01,p\ny,1,p\ny,1,q\ny,1,q\nz,1,p\nz,2,p\nw,1,\nw,oops,\n"
    )
    outcome = check(of, tmp_path / "feed.csv")
    assert outcome.accepted() == [("x", 1, "p"), ("z", 1, "p"), ("z", 2, "p"), ("w", 1, None)]
    assert outcome.broken_rules() == {
        4: ["a_and_b_is_unique"],
        5: ["a_and_b_is_unique"],
        6: ["a_and_b_is_unique"],
        10: ["b_is_an_integer"],
    }
    assert outcome.excluded() == [
        (2, "duplicate", 1),
        (3, "duplicate", 1),
        (4, "conflict", 4),
        (5, "conflict", 4),
        (6, "conflict", 4),
    ]
    counts = outcome.counts
    assert (counts.rows_read, counts.rows_accepted, counts.rows_quarantined, counts.rows_duplicate) == (10, 4, 4, 2)
    assert outcome.quarantined()[0][2] == {"a": "y", "b": 1, "c": "p"}


@pytest.mark.parametrize(("drops", "accepted"), [(True, 2), (False, 3)])
def test_without_a_key_whole_rows_are_dropped_only_by_agreement(tmp_path, drops, accepted):
    of = contract(tmp_path, [field("a"), field("b")], dropExactDuplicates=drops)
    (tmp_path / "feed.csv").write_text("a,b\n1,\n1,\n1,2\n")
    counts = check(of, tmp_path / "feed.csv").counts
    assert (counts.rows_read, counts.rows_accepted, counts.rows_duplicate) == (3, accepted, 3 - accepted)


MARKED = [
    field("ref"),
    field("lvl"),
    field("audience"),
    field("to_whom", "array"),
    field("not_to", "array"),
    field("why", "array"),
]
MARKING_FIELDS = {"level": "lvl", "tlp": "audience", "releaseTo": "to_whom", "exclude": "not_to", "purposes": "why"}
RESTRICTIVE = '{"originator":"partner","level":"secret","tlp":"RED","release_to":[],"exclude":[],"purposes":null}'


def test_markings_of_rows_are_canonical_and_unknown_ones_most_restrictive(tmp_path):
    of = contract(
        tmp_path,
        MARKED,
        form="jsonl",
        markingFields=MARKING_FIELDS,
        marking={"level": "restricted", "tlp": "AMBER", "releaseTo": ["b", "a"], "exclude": [], "purposes": None},
    )
    records = [
        {"lvl": "official", "audience": "TLP:AMBER", "to_whom": ["z", "c", "z"], "not_to": ["q"], "why": ["licensing"]},
        {"lvl": "Restricted", "audience": "amber+strict", "to_whom": []},
        {"lvl": "OFFICIAL", "audience": "GREEN"},
        {"lvl": "cosmic", "audience": "GREEN"},
        {"audience": "CLEAR"},
        {"lvl": "public"},
        {"lvl": "public", "audience": "CLEAR", "to_whom": [1]},
    ]
    (tmp_path / "feed.jsonl").write_text(
        "".join(json.dumps({"ref": str(n), **record}) + "\n" for n, record in enumerate(records))
    )
    outcome = check(of, tmp_path / "feed.jsonl")
    assert [marking for (marking,) in outcome.accepted("marking")] == [
        '{"originator":"partner","level":"official","tlp":"AMBER","release_to":["c","z"],"exclude":["q"],"purposes":["licensing"]}',
        '{"originator":"partner","level":"restricted","tlp":"AMBER+STRICT","release_to":[],"exclude":[],"purposes":null}',
        '{"originator":"partner","level":"official","tlp":"GREEN","release_to":["a","b"],"exclude":[],"purposes":null}',
        *[RESTRICTIVE] * 4,
    ]
    assert [(number, name) for number, name, _, _ in outcome.findings("warning")] == [
        (number, "marking_is_known") for number in (4, 5, 6, 7)
    ]


def test_the_default_marking_is_canonical(tmp_path):
    of = contract(tmp_path, [field("a")], marking={"level": "official", "tlp": "AMBER", "releaseTo": ["b", "a"]})
    expected = (
        '{"originator":"partner","level":"official","tlp":"AMBER","release_to":["a","b"],"exclude":[],"purposes":null}'
    )
    assert default_marking(of) == expected
    (tmp_path / "feed.csv").write_text("a\n1\n")
    assert check(of, tmp_path / "feed.csv").accepted("marking") == [(expected,)]


def test_no_contract_of_the_project_loses_the_order_of_rows(tmp_path):
    """DuckDB keeps the order of a file only where nothing joins: see lake._refuse_reordering."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set disabled_optimizers = 'in_clause'")
        for of in load_contracts().values():
            columns = ", ".join(f'null::varchar as "{item.name}"' for item in of.fields)
            connection.execute(f"create or replace table given as select {columns} from range(10)")
            plan = str(connection.execute(f"explain {classify(of, 'given', 'S').sql}").fetchall())
            assert "JOIN" not in plan and "AGGREGATE" not in plan and "WINDOW" not in plan, of.id
            assert row_rules(of)


texts = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "01",
            "7",
            "-3",
            "1.5",
            "2024-01-31",
            "31.12.2024",
            "DE",
            "de",
            "NO",
            "NA",
            "x y",
            "ä",
            "'",
            '"',
            "\u00a0",
        ]
    ),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=40))
def test_classification_conserves_rows(rows):
    """Every row read is accepted, quarantined or an exact duplicate, in its place, whatever stands in it."""
    folder = Path(tempfile.mkdtemp())
    try:
        fields = [
            field("a", primaryKey=True, repairs=["trim", "upper"]),
            field("b", "number", scale=1, logicalTypeOptions={"maximum": 100}),
            field("c", "date", formats=["%Y-%m-%d", "%d.%m.%Y"]),
            field("d", codeList="codes", repairs=["upper"]),
        ]
        of = contract(
            folder,
            fields,
            form="jsonl",
            code_lists={"codes": ["DE", "NO", "NA"]},
            rules=[rule("b_is_positive", "b > 0")],
            maxUnreadable=1,
        )
        file = folder / "feed.jsonl"
        file.write_text(
            "".join(json.dumps(dict(zip("abcd", row, strict=True))) + "\n" for row in rows), encoding="utf-8"
        )
        outcome = check(of, file)
        accepted = [number for (number,) in outcome.accepted("source_row_number")]
        quarantined = list(outcome.broken_rules())
        duplicates = [number for number, reason, _ in outcome.excluded() if reason == "duplicate"]
        assert sorted(accepted + quarantined + duplicates) == list(range(1, len(rows) + 1))
        assert outcome.counts.rows_read == len(rows)
        for number, _, raw in outcome.quarantined():
            if number not in [n for n, _, _ in outcome.excluded()]:
                assert list(raw.values()) == [text or None for text in rows[number - 1]]
    finally:
        shutil.rmtree(folder)
