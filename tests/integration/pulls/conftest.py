"""The servers, started once, and a home that pulls from one of them through a proxy."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.load import load_contract
from orchestration.contracts.model import ContractSet
from orchestration.pulls.patience import Patience
from orchestration.pulls.pull import Pulled, pull_all
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.receive import RunSummary, process_pending
from orchestration.submissions.vault import vault_path
from tests.integration.pulls.authority import Authority, make_authority
from tests.integration.pulls.database import PostgresRig
from tests.integration.pulls.proxy import Proxy
from tests.integration.pulls.rigs import BucketRig, FolderRig, Rig, SftpRig, WebRig
from tests.unit.intake.builders import document, field, write_contract

QUICK = Patience(silence=3, tries=1, pause=0.01, answer=3)
HEADER = b"ref,amount,note,seen_at\n"


def cases(rows: int, first: int = 1) -> bytes:
    """A file of the feed as PostgreSQL writes it too: exact numbers of many digits, UTC times, in order of the key."""
    lines = [
        f"C{n:07d},{n}.{n % 100:02d},note {n * 7919 % 10007} and more,2026-01-{n % 28 + 1:02d} 10:00:00+00\n"
        for n in range(first, first + rows)
    ]
    return HEADER + "".join(lines).encode()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def rigs(authority: Authority) -> Iterator[Callable[[str], Rig]]:
    """The servers by kind, each started when it is first asked for."""
    # Not below pytest's own folder, which only its user may enter: PostgreSQL does not run as root.
    root = Path(tempfile.mkdtemp(prefix="entrepot-servers-"))
    root.chmod(0o755)
    started: dict[str, Rig] = {}
    makers: dict[str, Callable[[Path], Rig]] = {
        "local": FolderRig,
        "sftp": SftpRig,
        "s3": BucketRig,
        "api": lambda folder: WebRig(folder, authority),
        "postgres": lambda folder: PostgresRig(folder, authority),
    }

    def get(kind: str) -> Rig:
        if kind not in started:
            folder = root / kind
            folder.mkdir()
            rig = makers[kind](folder)
            started[kind] = rig
        started[kind].start()
        return started[kind]

    yield get
    for rig in started.values():
        rig.kill()
    shutil.rmtree(root, ignore_errors=True)


@dataclass
class Puller:
    """A home with one feed, which pulls from one server through a proxy."""

    rig: Rig
    proxy: Proxy
    home: Home
    register: Register
    contracts: ContractSet

    def pull(self, patience: Patience = QUICK) -> Pulled:
        [done] = pull_all(self.home, self.register, self.contracts, patience=patience)
        return done

    def check(self) -> RunSummary:
        return process_pending(self.home, self.register, self.contracts)

    def submissions(self) -> list[Submission]:
        return self.register.submissions()

    def vaulted(self, submission: Submission) -> bytes:
        return vault_path(self.home, submission.sha256).read_bytes()

    def assert_nothing_here(self) -> None:
        """Not in the register, not in the vault, and in the spool neither whole nor half."""
        assert self.submissions() == []
        assert [path for path in self.home.vault.rglob("*") if path.is_file()] == []
        assert [path for path in self.home.spool.rglob("*") if path.is_file() and path.name != ".lock"] == []


Make = Callable[..., Puller]


@pytest.fixture
def make_puller(rigs: Callable[[str], Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a puller for a kind of server; `change` may alter the server's entry in the contract."""
    proxies = []

    def make(kind: str, change: Callable[[dict[str, Any]], None] = lambda _entry: None) -> Puller:
        rig = rigs(kind)
        rig.withdraw_all()
        proxy = Proxy(rig.port)
        proxies.append(proxy)
        for name, value in rig.environment().items():
            monkeypatch.setenv(f"ENTREPOT_PARTNER_REMOTE_{name}", value)
        entry = {"server": "remote", **rig.entry(proxy.port)}
        if kind in ("local", "sftp", "s3"):
            entry["format"] = "csv"
        change(entry)
        content = document(
            [
                field("ref", required=True, primaryKey=True),
                field("amount", "number"),
                field("note"),
                field("seen_at", "timestamp", formats=["%Y-%m-%d %H:%M:%S+00"]),
            ],
            feed="cases", delivery="snapshot",
            periodPattern=r"(?P<year>\d{4})Q(?P<quarter>\d)",
        )  # fmt: skip
        content["servers"].append(entry)
        contract = load_contract(write_contract(tmp_path / "contracts", content))
        home = Home(tmp_path / "home").ensure()
        return Puller(rig, proxy, home, Register(home.register_url), ContractSet({contract.id: contract}))

    yield make
    for proxy in proxies:
        proxy.stop()
