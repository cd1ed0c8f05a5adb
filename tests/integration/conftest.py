"""Homes that are built once for all tests that look at them: the sample, the real licences, the real lists."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from orchestration.contracts.load import load_contracts
from orchestration.harmonisation import dbt
from orchestration.harmonisation.parts import Part
from orchestration.harmonisation.raw import build_raw
from orchestration.harmonisation.warehouse import build_database
from orchestration.register import Register
from orchestration.settings import PROJECT_ROOT, Home
from orchestration.site import Site
from orchestration.steps import link_parties
from orchestration.submissions.lake import check_submission
from orchestration.submissions.receive import submit

SCALE = "0.05"
REAL = PROJECT_ROOT.parent / "shared" / "real"
UK, NL, RATES = (
    "licensing_uk/values.csv",
    "licensing_nl/Overzicht.dual-use.goederen-2004-2015.csv",
    "reference/eurofxref-hist.csv",
)
EU, US = "lists_2021/eu_fsf_2021-03-02.xml", "lists_2021/ofac_sdn_2021-03-10.xml"
UN, UN_2020 = "lists_2021/un_consolidated_2021-03-12.xml", "lists_un_2020/UN_consolidated_2020.xml"
UK_LIST, KOREA = "lists_uk_2018/sanctionsconlist_2018.csv", "customs_kr_synthetic/df_syn_train_eng.csv"
# The newer UN edition first: an old one that arrives late must not pass for the newest.
LISTS = (EU, US, UN, UN_2020, UK_LIST, KOREA)
LICENCES = (UK, "licensing_uk/refusal-criteria.csv", NL, RATES)


@dataclass(frozen=True)
class Built:
    """A home after its first cycle: where it is, what the run printed, and how long it took.

    `untouched` is a copy that no test opens, so that it can be copied while others use the home.
    """

    home: Path
    untouched: Path
    document: dict[str, Any]
    exit_code: int
    seconds: float


def entrepot(home: Path, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a user does."""
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("ENTREPOT_HOME", None)
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        cwd=PROJECT_ROOT,
    )


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What `build` tells of the folder it fills: called once for all processes that share the tests among them."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    note = shared / f"{name}.json"
    with FileLock(shared / f"{name}.lock"):
        if not note.exists():
            note.write_text(json.dumps(build(shared / name), default=str), encoding="utf-8")
    told: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample at a twentieth of its size, after `entrepot sample` and `entrepot run --json`."""
    known = built_once(tmp_path_factory, "sample", lambda folder: asdict(build_sample(folder / "home")))
    return Built(**{**known, "home": Path(known["home"]), "untouched": Path(known["untouched"])})


def build_sample(home: Path) -> Built:
    """The sample's drop and its first cycle, by the command line."""
    made = entrepot(home, "sample", "--out", str(home / "landing"), "--seed", "42", "--scale", SCALE)
    assert made.returncode == 0, made.stderr
    started = time.perf_counter()
    ran = entrepot(home, "run", "--json")
    assert ran.stdout, ran.stderr
    seconds = time.perf_counter() - started
    untouched = home.with_name("untouched")
    shutil.copytree(home, untouched, ignore=shutil.ignore_patterns("dagster"), copy_function=shutil.copy2)
    return Built(home, untouched, json.loads(ran.stdout), ran.returncode, seconds)


@pytest.fixture(scope="session")
def real_licences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the British and Dutch licences with the operator's release. Nobody may change it; publishing is no
    change.
    """
    if not REAL.is_dir():
        pytest.skip(f"the public files are not at {REAL}: real licences are NOT tested")
    return Path(built_once(tmp_path_factory, "real_licences", build_licences)["home"])


def publish_signed(home: Path, report: str, period: str) -> Path:
    """Publish a report by the command line, sign the draft off if it is one, and give the edition's folder."""
    made = entrepot(home, "report", report, "--period", period, "--json")
    assert made.returncode == 0, made.stderr
    edition = json.loads(made.stdout)
    if edition["state"] != "published":
        verb = ("reports", "sign-off", report, edition["edition"], "--as", "head_of_statistics", "--by", "the tests")
        signed = entrepot(home, *verb)
        assert signed.returncode == 0, signed.stderr
    return home / "reports" / report / period / edition["edition"]


def build_licences(folder: Path) -> dict[str, Any]:
    """The two authorities' files, and the rates that turn their values into euro."""
    home = folder / "home"
    for name in LICENCES:
        (home / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REAL / name, home / "landing" / name)
    for command in (("run", "--until", "warehouse"), ("release", "operator")):
        done = entrepot(home, *command)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return {"home": home}


@dataclass(frozen=True)
class Lists:
    """The home of the public lists, and how long the step of linkage took in it."""

    home: Home
    seconds_of_linkage: float


@pytest.fixture(scope="session")
def real_lists(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    """The four sanctions lists and the Korean customs set, all marts built. Nobody may change it."""
    if not REAL.is_dir():
        pytest.skip(f"the public files are not at {REAL}: real lists are NOT tested")
    known = built_once(tmp_path_factory, "real_lists", build_lists)
    return Lists(Home(Path(known["home"])), known["seconds"])


def build_lists(folder: Path) -> dict[str, Any]:
    """The files handed in one by one, and both parts of the models with the linkage between them."""
    place, contracts = Home(folder / "home").ensure(), load_contracts()
    register = Register(place.register_url)
    for file in LISTS:
        contract = contracts.match(file)
        assert contract is not None, f"no contract takes {file}"
        submitted = submit(place, register, contracts, REAL / file, contract.id)
        check_submission(place, register, contracts, submitted.submission.id)
    with build_database(place) as connection:
        build_raw(connection, place, register, contracts)
    register.close()
    results = dbt.build(place, Part.BEFORE)
    started = time.perf_counter()
    link_parties(Site.at(place))
    seconds = time.perf_counter() - started
    results += dbt.build(place, Part.AFTER)
    failed = [(result.name, result.message) for result in results if not result.passed and result.severity == "error"]
    assert failed == []
    return {"home": place.root, "seconds": seconds}


@pytest.fixture
def copied_home(sample_home: Built, tmp_path: Path) -> Path:
    """A copy of the finished home that a test may spoil; its landing folder is its own."""
    home = tmp_path / "home"
    shutil.copytree(sample_home.untouched, home, copy_function=shutil.copy2)
    return home


@pytest.fixture
def open_site(copied_home: Path) -> Callable[[], Site]:
    """Opens the copied home anew each time, as a new process would."""
    return lambda: Site.at(Home(copied_home))
