"""Ad-hoc SQL through the confined process: what it answers, what it refuses, and that nothing is harmed."""

import datetime
import hashlib
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from orchestration.releases import query as module
from orchestration.releases.build import build_release
from orchestration.releases.query import Limits, QueryRefusedError, ask, run_query
from orchestration.settings import Home
from tests.security import attacks
from tests.security.world import sample_world

CUSTOMS = "customs_service"
HIDDEN = "the-secret-text-of-a-file"


class Log:
    """An access log in memory that remembers the order of things."""

    def __init__(self):
        self.rows = []

    def begin_access(self, recipient, statement):
        self.rows.append({"recipient": recipient, "statement": statement, "outcome": "started"})
        return len(self.rows) - 1

    def end_access(self, access_id, outcome, rows=None, ms=None):
        self.rows[access_id] |= {"outcome": outcome, "rows": rows, "ms": ms}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("ad_hoc") / "home").ensure()
    inputs = sample_world(home).build()
    for recipient in (CUSTOMS, "operator"):
        build_release(home, recipient, inputs=inputs)
    return home


def sql(place, text, recipient=CUSTOMS, **limits):
    return run_query(place, recipient, text, log=Log(), **limits)


def refusal(place, text, recipient=CUSTOMS, **limits) -> str:
    with pytest.raises(EntrepotError) as caught:
        sql(place, text, recipient, **limits)
    return str(caught.value)


# Answers


def test_a_query_is_answered_with_names_types_and_values(place):
    answer = sql(place, "select record_ref as ref, count(*) as n from fct_listings group by all order by all")
    assert answer.columns == ("ref", "n")
    assert answer.types == ("VARCHAR", "BIGINT")
    assert answer.rows == [("L1", 1), ("L2", 1)]


def test_every_kind_of_value_comes_back_exactly(place):
    answer = sql(
        place,
        """
        select
            12345678901234567890.12::decimal(38, 2),
            170141183460469231731687303715884105727::hugeint,
            0.1::double,
            date '2025-02-28', timestamp '2025-02-28 12:00:00.000001', time '23:59:59',
            true, null, 'Zoë ✓', ''::varchar,
            '\\xAA'::blob, [1.50, 2.25], {'a': [date '2020-01-01'], 'b': null}, map {1: 'x'},
            timestamptz '2025-01-01 00:00:00+00', 'nan'::double, interval 3 days,
            '00000000-0000-0000-0000-000000000001'::uuid
        """,
    )
    row = answer.rows[0]
    assert row[:10] == (
        Decimal("12345678901234567890.12"), 170141183460469231731687303715884105727, 0.1,
        datetime.date(2025, 2, 28), datetime.datetime(2025, 2, 28, 12, 0, 0, 1), datetime.time(23, 59, 59),
        True, None, "Zoë ✓", "",
    )  # fmt: skip
    assert row[10] == b"\xaa"
    assert row[11] == [Decimal("1.50"), Decimal("2.25")]
    assert row[12] == {"a": [datetime.date(2020, 1, 1)], "b": None}
    assert row[13] == {"1": "x"}
    assert row[14] == datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    assert row[15] != row[15]
    assert row[16:] == ("3 days, 0:00:00", "00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    "text",
    [
        "show tables", "describe fct_listings", "summarize fct_listings", "from fct_listings", "values (1)",
        "with x as (select 1) select * from x", "explain select * from fct_listings",
        "select 1;", "select 1 -- end",
        "pivot fct_listings on entity_type using count(*)", "from pragma_table_info('fct_listings')",
        "explain analyze select count(*) from fct_listings", "table fct_listings", "select now()",
    ],
)  # fmt: skip
def test_reading_statements_of_all_kinds_are_answered(place, text):
    assert sql(place, text).columns


def test_many_rows_come_back_whole_and_in_order(place):
    answer = sql(place, "select range, range::varchar from range(50000) order by range")
    assert answer.rows == [(n, str(n)) for n in range(50000)]


def test_an_empty_answer_has_its_columns(place):
    answer = sql(place, "select * from fct_listings where false")
    assert answer.rows == []
    assert answer.columns[:3] == ("partner", "feed", "record_ref")


def test_the_operator_finds_marts_and_reporting_tables_without_a_schema(place):
    assert sql(place, "select n from rpt_totals", "operator").rows == [(3,)]
    assert sql(place, "select count(*) from fct_applications", "operator").rows == [(3,)]
    assert "no table `rpt_totals`" in refusal(place, "select n from rpt_totals")


# Errors for people


def test_an_unknown_table_is_told_with_those_alike(place):
    text = refusal(place, "select *\nfrom fct_listing")
    assert text.startswith("There is no table `fct_listing` in this release on line 2, column 6.")
    assert "fct_listings" in text


def test_a_syntax_error_tells_its_place(place):
    text = refusal(place, "select *\nfrom from fct_listings")
    assert text.startswith("Syntax error on line 2, column 6: syntax error at or near")


def test_an_unknown_column_is_told_with_candidates(place):
    text = refusal(place, "select nam from fct_listings")
    assert 'column "nam" not found' in text
    assert '"name"' in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select * from read_text('/etc/passwd')", "Reading or writing files is not allowed here"),
        ("copy fct_listings to '/tmp/x.csv'", "COPY is not allowed here"),
        ("attach '/tmp/x' as x", "ATTACH is not allowed here"),
        ("create table t as select 1", "CREATE is not allowed here"),
        ("set threads = 1", "SET is not allowed here"),
        ("load httpfs", "LOAD is not allowed here"),
        ("select 1; select 2", "Expected one statement, found 2"),
        ("", "There is no statement"),
        ("select error('stop')", "stop"),
        ("select * from range(2000)", "more than 1,000 rows"),
        ("select repeat('x', 200000)", "larger than 0 MB"),
    ],
)
def test_refusals_are_clear_sentences(place, text, expected):
    message = refusal(place, text, max_rows=1000, max_bytes=100_000)
    assert expected in message
    assert message.endswith(".") and "\n" not in message
    assert "Traceback" not in message


def test_errors_show_no_path_of_the_installation(place):
    for text in (
        "attach 'x' as release",
        "select error((select path from duckdb_databases() where path is not null))",
    ):
        assert str(place.root) not in refusal(place, text)


def test_an_error_cannot_smuggle_control_codes_to_a_terminal(place):
    assert "\x1b" not in refusal(place, "select error('\x1b[31mred')")
    assert "\x1b" not in refusal(place, 'select * from "\x1b[2Jx"')


def test_an_unknown_recipient_and_a_missing_release_are_told(place):
    with pytest.raises(UsageError, match="No recipient is called `nobody`"):
        sql(place, "select 1", "nobody")
    assert "There is no release for central_bank yet" in refusal(place, "select 1", "central_bank")


# The log


def test_the_log_row_stands_before_the_query_runs(place, monkeypatch):
    log, seen = Log(), []
    real = module.ask
    monkeypatch.setattr(module, "ask", lambda *given: seen.append(dict(log.rows[-1])) or real(*given))
    run_query(place, CUSTOMS, "select 42", log=log)
    assert seen == [{"recipient": CUSTOMS, "statement": "select 42", "outcome": "started"}]
    assert (log.rows[0]["outcome"], log.rows[0]["rows"]) == ("answered", 1)


@pytest.mark.parametrize(
    ("text", "recipient", "outcome"),
    [
        ("selec", CUSTOMS, "failed"),
        ("copy (select 1) to 'x'", CUSTOMS, "refused"),
        ("select * from range(11)", CUSTOMS, "too large"),
        ("select count(*) from range(100000000000)", CUSTOMS, "time limit"),
        ("select 1", "nobody", "unknown recipient"),
        ("select 1", "central_bank", "failed"),
    ],
)
def test_every_end_is_logged(place, text, recipient, outcome):
    log = Log()
    with pytest.raises(EntrepotError):
        run_query(place, recipient, text, log=log, limit_seconds=1, max_rows=10)
    assert [row["outcome"] for row in log.rows] == [outcome]
    assert log.rows[0]["ms"] >= 0


def test_no_answer_without_a_log_row(place):
    class Broken(Log):
        def begin_access(self, recipient, statement):
            raise EntrepotError("the register is not there")

    with pytest.raises(EntrepotError, match="the register is not there"):
        run_query(place, CUSTOMS, "select 1", log=Broken())


def test_the_register_keeps_the_log(place):
    run_query(place, CUSTOMS, "select 1 as one")
    row = Register(place.register_url).accesses(CUSTOMS)[-1]
    assert (row["statement"], row["outcome"], row["rows"]) == ("select 1 as one", "answered", 1)


# Attacks


def fingerprint(path: Path) -> tuple[str, int, int]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode, path.stat().st_ino


def listing(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if "register.sqlite" not in path.name)


@pytest.fixture
def targets(place, tmp_path):
    tmp_path.chmod(0o777)
    secret = tmp_path / "secret.csv"
    secret.write_text(f"a,b\n{HIDDEN},1\n")
    secret.chmod(0o644)
    return {
        "own": str(module.shelf.current(place, CUSTOMS)),
        "other": str(module.shelf.current(place, "operator")),
        "secret": str(secret),
        "out": str(tmp_path / "out"),
    }


@pytest.mark.parametrize("number", range(len(attacks.ALL)), ids=lambda n: attacks.ALL[n][:40].replace("/", ":"))
def test_no_attack_does_harm(place, targets, tmp_path, number):
    template = attacks.ALL[number]
    text = template.format(**targets) if "{" in template else template
    release = Path(targets["own"])
    before, files, root = (
        fingerprint(release),
        listing(place.root) + listing(tmp_path),
        sorted(Path("/").iterdir()),
    )
    told = ""
    try:
        answer = sql(place, text, limit_seconds=5)
    except QueryRefusedError as problem:
        told = str(problem)
        assert "Traceback" not in told and "\n" not in told
        assert str(place.root) not in told.replace(text, "")
    else:
        assert template not in attacks.REFUSED, "this statement must be refused"
        told = json.dumps(answer.rows, default=str)
    assert HIDDEN not in told
    assert "root:" not in told
    assert fingerprint(release) == before
    assert listing(place.root) + listing(tmp_path) == files
    assert sorted(Path("/").iterdir()) == root  # the child's working folder


@pytest.mark.parametrize("text", attacks.ENDLESS, ids=lambda text: text[:40])
def test_a_query_without_end_ends_by_the_limit(place, text):
    release = module.shelf.current(place, CUSTOMS)
    before, limit = fingerprint(release), 1.0
    started = time.monotonic()
    with pytest.raises(QueryRefusedError):
        ask(release, text, Limits(limit, 100_000, 10_000_000, 512), [])
    assert time.monotonic() - started <= limit + 0.5
    assert fingerprint(release) == before


def test_no_process_is_left_behind(place):
    release = module.shelf.current(place, CUSTOMS)
    seen = []
    real = subprocess.Popen

    class Watched(real):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            seen.append(self)

    module.subprocess.Popen = Watched
    try:
        with pytest.raises(QueryRefusedError):
            ask(release, attacks.ENDLESS[0], Limits(0.5), [])
    finally:
        module.subprocess.Popen = real
    (child,) = seen
    assert child.returncode is not None
    assert not Path(f"/proc/{child.pid}").exists()


def test_the_child_is_stripped_of_its_rights(place):
    """Asked of the kernel, about the very process that runs the query."""
    release = module.shelf.current(place, CUSTOMS)
    child = module._start(release, "select count(*) from range(1000000000) a, range(1000000) b", Limits(20))
    try:
        status, deadline = {}, time.monotonic() + 10
        while time.monotonic() < deadline and status.get("NoNewPrivs") != "1":
            lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
            status = dict(line.replace("\t", "").split(":", 1) for line in lines if ":" in line)
            time.sleep(0.05)
        time.sleep(0.3)
        lines = Path(f"/proc/{child.pid}/limits").read_text()
        if os.geteuid() == 0:
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{child.pid}/status").read_text().splitlines() if ":" in line
            )
            assert status["Uid"].split() == ["65534"] * 4
            assert status["Gid"].split() == ["65534"] * 4
            assert status["Groups"].split() == []
            assert int(status["CapEff"], 16) == 0
            assert Path(f"/proc/{child.pid}/environ").read_bytes() == b""
            assert Path(f"/proc/{child.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        assert status["NoNewPrivs"].strip() == "1"
        limits = {line[:26].strip(): line[26:].split()[0] for line in lines.splitlines()}
        assert limits["Max file size"] == "0"
        assert limits["Max processes"] == "0"
        assert limits["Max core file size"] == "0"
        assert limits["Max open files"] == "16"
    finally:
        module._end(child)


def test_the_kernel_closes_the_file_system_even_when_duckdb_would_not(tmp_path):
    """Confinement alone, without DuckDB's settings: reading, writing and connecting fail in a fresh
    process."""
    script = f"""
import sys, socket
sys.path.insert(0, {str(Path(module.__file__).parent / "sandbox")!r})
import confine
confine.forbid_new_privileges()
print(confine.close_the_file_system())
for attempt in (
    lambda: open("/etc/passwd"),
    lambda: open({str(tmp_path / "x")!r}, "w"),
    lambda: __import__("os").listdir("/"),
    lambda: socket.create_connection(("127.0.0.1", 9)),
):
    try:
        attempt()
        print("did")
    except PermissionError:
        print("refused")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    took_hold, *attempts = done.stdout.split()
    if took_hold == "False":
        pytest.skip("this kernel has no Landlock: the unprivileged user and DuckDB's settings are left")
    assert attempts[:3] == ["refused"] * 3
    assert not (tmp_path / "x").exists()


def test_a_release_that_lies_to_the_parent_is_not_believed(place, monkeypatch, tmp_path):
    """The child is not trusted: whatever it says, the parent gives an answer or one sentence."""
    for said in (
        b"", b"\n", b"{}\n", b"[1]\n", b"null\n", b'{"end":3}\n', b"\xff\xfe\n",
        b'{"columns":["a"],"types":["INT"]}\n',
        b'{"rows":[[{"$n":"x"}]]}\n', b'{"rows":7}\n', b'{"error":{},"text":7}\n', b"[" * 100_000 + b"\n",
        b'{"columns":["a"],"types":["INT"]}\n{"rows":[[1]]}\n{"end":2}\n',
        b'{"rows":[[{"$d":"9999-99-99"}]]}\n',
    ):  # fmt: skip
        worker = tmp_path / "worker.py"
        worker.write_text(f"import os\ndef main(*_): os.write(1, {said!r})\n")
        monkeypatch.setattr(module, "_SANDBOX", tmp_path)
        with pytest.raises(QueryRefusedError) as caught:
            ask(module.shelf.current(place, CUSTOMS), "select 1", Limits(5), [])
        assert "\n" not in str(caught.value)
    worker.write_text("import os\ndef main(*_):\n while True: os.write(1, b'x' * 65536)\n")
    with pytest.raises(QueryRefusedError, match="larger than"):
        ask(module.shelf.current(place, CUSTOMS), "select 1", Limits(5, bytes=1 << 20), [])


def test_an_analyst_may_ask_while_releases_are_published(place, tmp_path):
    home = Home(tmp_path / "home").ensure()
    world = sample_world(home)
    answers = set()
    for number in range(4):
        world.countries.append((f"Q{number}", "x"))
        build_release(home, CUSTOMS, inputs=world.build())
        answers.add(sql(home, "select count(*) from dim_countries").rows[0][0])
    assert answers == {3, 4, 5, 6}


def test_the_file_on_disk_opens_with_the_plain_client_too(place):
    with duckdb.connect(str(module.shelf.current(place, CUSTOMS)), read_only=True) as connection:
        assert connection.execute("select count(*) from fct_listings").fetchall() == [(2,)]
