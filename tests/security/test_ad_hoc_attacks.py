"""Attacks by ad-hoc SQL: nothing outside the release is read or harmed, and every query ends."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.releases import query as module
from orchestration.releases.build import build_release
from orchestration.releases.query import Limits, QueryRefusedError, ask
from orchestration.settings import Home
from tests.security import attacks
from tests.security.asking import CUSTOMS, HIDDEN, published_world, sql
from tests.security.world import sample_world


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return published_world(tmp_path_factory.mktemp("ad_hoc"))


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
