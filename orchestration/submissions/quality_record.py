"""The quality record of a home: what Great Expectations last said of each feed, and where it must speak again.

Here: the verdicts on disk and the process that renews them. Not here: Great Expectations itself (quality.py). It
takes seconds to load and a core to run, so a cycle starts it in a process of its own, beside dbt, and waits for it
before it publishes: `python -m orchestration.submissions.quality_record HOME`.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.register import Submission
from orchestration.settings import PROJECT_ROOT, Home
from orchestration.site import Site
from orchestration.submissions import conservation, quality
from orchestration.submissions.quality import BrokenExpectation, FeedQuality
from orchestration.submissions.settle import speaking

Entry = dict[str, Any]
# Where the meaning of a verdict is decided; a change there makes all verdicts stale.
CODE = (Path(quality.__file__), Path(quality.__file__).parents[1] / "contracts" / "rules.py")
_running: dict[Path, "subprocess.Popen[bytes]"] = {}


def verdicts(home: Home) -> dict[str, FeedQuality]:
    """The last verdict on each feed that has one."""
    return {feed: _verdict(entry) for feed, entry in _read(home).items()}


def stale_feeds(site: Site) -> list[Contract]:
    """Feeds whose accepted rows, contract or expectations have changed since their verdict."""
    known = _read(site.home)
    return [c for c in site.contracts.values() if known.get(c.id, {}).get("basis") != _basis(site, c)]


def renew(site: Site) -> None:
    """Validate the feeds that are stale and keep the verdicts; feeds without accepted rows pass."""
    stale = stale_feeds(site)
    if not stale:
        return
    bases = {contract.id: _basis(site, contract) for contract in stale}
    folders = {c.id: conservation.folders(site.home, _accepted(site, c)) for c in stale}
    found = {v.contract_id: v for v in quality.validate(site.home, [(c, folders[c.id]) for c in stale])}
    entries = _read(site.home)
    for contract in stale:
        verdict = found.get(contract.id) or FeedQuality(contract.id, 0, 0, (), site.home.quality)
        entries[contract.id] = {"basis": bases[contract.id], **asdict(verdict), "page": str(verdict.page)}
    _write(site.home, entries)


def start(site: Site) -> None:
    """Begin to renew in a process of its own, if anything is stale."""
    if site.home.root in _running or not stale_feeds(site):
        return
    with (site.home.logs / "quality.log").open("wb") as log:
        _running[site.home.root] = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", __name__, str(site.home.root)],
            cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def finish(site: Site) -> dict[str, FeedQuality]:
    """All verdicts, up to date: waits for the process that was started, and does here what it has not done."""
    process = _running.pop(site.home.root, None)
    if process is not None:
        process.wait()
    renew(site)
    return verdicts(site.home)


def _accepted(site: Site, contract: Contract) -> list[Submission]:
    """Those with whole rows: of a withdrawal there is nothing but keys to validate."""
    return speaking(site.register, contract)[0]


def _basis(site: Site, contract: Contract) -> str:
    """A digest of all that a verdict rests on."""
    parts = [f"{s.id} {s.rows_accepted}" for s in _accepted(site, contract)]
    parts.append(str(contract.exceptions))
    files: Iterable[Path] = (contract.path, *(c.path for c in contract.code_lists.values()), *CODE)
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _verdict(entry: Entry) -> FeedQuality:
    broken = tuple(BrokenExpectation(**item) for item in entry["broken"])
    return FeedQuality(entry["contract_id"], entry["expectations"], entry["rows"], broken, Path(entry["page"]))


def _path(home: Home) -> Path:
    return home.quality / "verdicts.json"


def _read(home: Home) -> dict[str, Entry]:
    try:
        entries: dict[str, Entry] = json.loads(_path(home).read_text(encoding="utf-8"))
        return entries
    except (OSError, ValueError):
        return {}


def _write(home: Home, entries: dict[str, Entry]) -> None:
    draft = _path(home).with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(entries, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(_path(home))


if __name__ == "__main__":
    renew(Site.at(Home(Path(sys.argv[1]))))
