"""One whole cycle in this process: the same assets that Dagster shows, materialised without its daemon.

Here: whether there is anything to do, what is chosen, and the account of what was done. Not here: the steps
(assets/, steps.py) and how the account is printed (cli/). Dagster and dbt are loaded only once there is work.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from orchestration import gate
from orchestration.contracts.model import Contract
from orchestration.judgements import in_force
from orchestration.landing_state import code_fingerprint, landing_fingerprint
from orchestration.register import Submission
from orchestration.site import Site
from orchestration.submissions.settle import check_anew, decisions

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.pulls.pull import Pulled

LAYERS = (*gate.BEFORE_EDITION, "releases", "reports")
BAD = ("rejected", "held")
# Where a cycle may stop, in order, with the layers that are done by then.
STAGES = {
    "lake": ("landing", "lake", "feedback"),
    "warehouse": ("raw", "code_lists", "staging", "intermediate", "linkage", "marts", "reporting"),
    "releases": ("releases",),
    "reports": ("reports",),
}
WHOLE = "reports"


@dataclass
class Account:
    """What a cycle did: the document that `entrepot run --json` prints."""

    status: str = "done"
    nothing_new: bool = False
    feeds: list[dict[str, Any]] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    index: str = ""
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """1 if something was rejected or stopped."""
        return 0 if self.status in ("done", "nothing new") else 1


@dataclass
class LastRun:
    """What the last cycle of this home saw and left; `complete` if nothing failed, `asks_servers` if any contract named
    a server to pull from.
    """

    complete: bool = False
    code: str = ""
    register: str = ""
    landings: dict[str, str] = field(default_factory=dict)
    contracts: dict[str, str] = field(default_factory=dict)
    asks_servers: bool = True
    releases: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    index: str = ""

    @classmethod
    def read(cls, site: Site) -> "LastRun":
        """The last run; an empty one if there was none or its note is unreadable."""
        try:
            return cls(**json.loads(_note(site).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def has_seen(self, site: Site) -> bool:
        """Whether it was complete and the landing folder is as it was then."""
        return self.complete and self.landings.get(str(site.landing)) == landing_fingerprint(site.landing)

    def write(self, site: Site) -> None:
        """Replace the note at once, so that it is never half there."""
        target = _note(site)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        draft.replace(target)


def run_cycle(site: Site, console: "Console", until: str = WHOLE, pull: bool = True) -> Account:
    """Do what there is to do, as far as the stage `until`; nothing is repeated that has been done.

    Partners' servers are asked first, always: nothing here can tell whether they have anything new.
    """
    started = perf_counter()
    before = LastRun.read(site)
    let_out_what_is_signed(site, before)
    known = {s.id: s.status for s in site.register.submissions()}
    pulled = _pulled(site, before, console) if pull else []
    if is_nothing_new(site, before):
        account = Account(
            status="nothing new",
            nothing_new=True,
            releases=before.releases,
            reports=before.reports,
            index=before.index,
        )
        account.feeds = [line(s, is_new=False) for s in site.register.submissions()]
    else:
        account = _work(site, before, console, until, known, pulled)
    account.pulls = [pull_line(one) for one in pulled]
    if account.status in ("done", "nothing new") and not all(one.is_well for one in pulled):
        account.status = "incomplete"
    account.seconds = round(perf_counter() - started, 3)
    return account


def is_nothing_new(site: Site, before: LastRun) -> bool:
    """Whether the last run was complete and nothing that decides its results has changed since."""
    return (
        before.has_seen(site)
        and before.register == register_fingerprint(site)
        and before.code == code_fingerprint()
        and not gate.failed_checks(site.register, LAYERS)
        and all(Path(item["path"]).exists() for item in [*before.releases, *before.reports])
    )


def chosen_feeds(site: Site, before: LastRun) -> list[Contract]:
    """Feeds with something to check: first all, then those with files, changed contract or failed checks."""
    from orchestration.steps import waiting_feeds

    prints = contract_fingerprints(site)
    failed = {check["asset"] for check in gate.failed_checks(site.register, gate.BEFORE_BUILD)}
    waiting = waiting_feeds(site)
    return [
        contract
        for contract in site.contracts.values()
        if contract.id in waiting
        or f"lake/{contract.id}" in failed
        or before.contracts.get(contract.id) != prints[contract.id]
    ]


def layers_until(stage: str) -> set[str]:
    """The layers of all stages up to this one."""
    stages = list(STAGES)
    return {layer for name in stages[: stages.index(stage) + 1] for layer in STAGES[name]}


def contract_fingerprints(site: Site) -> dict[str, str]:
    """A digest of each contract with its code lists."""
    prints = {}
    for contract in site.contracts.values():
        paths = [contract.path, *(code_list.path for code_list in contract.code_lists.values())]
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        prints[contract.id] = hashlib.sha256("".join(digests).encode()).hexdigest()
    return prints


def register_fingerprint(site: Site) -> str:
    """A digest of which submissions there are, how each stands and why, and what people decided and judged."""
    stand = [f"{s.id} {s.status} {s.reason}" for s in site.register.submissions()]
    decided = [f"{identifier} {decision.verdict}" for identifier, decision in sorted(decisions(site.register).items())]
    judged = [
        f"{j.subject} {j.subject_id} {j.verdict} {j.author} {j.reason} {j.marking} {j.evidence} {j.at}"
        for j in in_force(site.register)
    ]
    return hashlib.sha256("\n".join([*stand, *decided, *judged]).encode()).hexdigest()


def rebuild_from_vault(site: Site, console: "Console", until: str = WHOLE) -> Account:
    """Drop lake and warehouse, check every submission anew from the vault, and run a cycle as far as `until`.

    What was rejected stays so, as its sender was told; how the others stand follows anew from what they say. Editions
    and releases stay: what is rebuilt from the same inputs is the same edition.
    """
    check_anew(site.register, [s.id for s in site.register.submissions() if s.verdict != "rejected"])
    for folder in (site.home.lake, site.home.warehouse_dir):
        shutil.rmtree(folder, ignore_errors=True)
    site.home.ensure()
    _note(site).unlink(missing_ok=True)
    return run_cycle(site, console, until, pull=False)


def let_out_what_is_signed(site: Site, before: LastRun) -> None:
    """Drafts that are signed off and whose day has come appear, also in a cycle that has nothing else to do."""
    if not any(site.home.drafts.glob(".held/*/*/*")) or gate.failed_checks(site.register, gate.BEFORE_EDITION):
        return  # without loading what makes reports; the gate says why in the cycle's own words
    from orchestration.steps import edition_line, release_signed

    out = {(edition.report, edition.id): edition for edition in release_signed(site)}
    if out:
        now = [out.get((item["report"], item["edition"])) for item in before.reports]
        before.reports = [edition_line(new) if new else item for new, item in zip(now, before.reports, strict=True)]
        before.write(site)


def _pulled(site: Site, before: LastRun, console: "Console") -> list["Pulled"]:
    if not before.asks_servers and before.code == code_fingerprint():
        return []  # without loading a contract
    from orchestration.steps import pull_files

    with console.status("pulling") as status:
        return pull_files(site, say=status.update)


def _work(
    site: Site, before: LastRun, console: "Console", until: str, known: dict[str, str], pulled: list["Pulled"]
) -> Account:
    from orchestration.execution import materialise

    code, landing = code_fingerprint(), landing_fingerprint(site.landing)
    contracts = contract_fingerprints(site)
    outcome = materialise(site, chosen_feeds(site, before), layers_until(until), console, pulled)
    submissions = site.register.submissions()
    account = Account(
        feeds=[line(s, is_new=known.get(s.id) in (None, "received")) for s in submissions],
        not_taken=outcome.not_taken,
        problems=outcome.problems,
        releases=outcome.releases,
        reports=outcome.reports,
        passed_over=outcome.passed_over,
        index=str(site.home.reports / "index.html"),
    )
    rejected = outcome.refused or any(item["new"] and item["status"] in BAD for item in account.feeds)
    account.feeds += [refusal_line(**refused) for refused in outcome.refused]
    account.status = "failed" if outcome.problems else "rejected" if rejected else "done"
    after = LastRun(
        complete=not outcome.problems and until == WHOLE,
        code=code,
        register=register_fingerprint(site),
        landings={**before.landings, str(site.landing): landing},
        contracts=contracts if not outcome.problems else before.contracts,
        asks_servers=any(contract.pulls for contract in site.contracts.values()),
        releases=account.releases,
        reports=account.reports,
        index=account.index,
    )
    after.write(site)
    return account


def line(submission: Submission, is_new: bool) -> dict[str, Any]:
    """One submission in the account."""
    return {
        "partner": submission.partner,
        "feed": submission.feed,
        "submission_id": submission.id,
        "file": submission.file_name,
        "period": submission.period,
        "status": submission.status,
        "new": is_new,
        "read": submission.rows_read,
        "accepted": submission.rows_accepted,
        "quarantined": submission.rows_quarantined,
        "duplicates": submission.rows_duplicate,
        "reason": submission.reason,
    }


def pull_line(one: "Pulled") -> dict[str, Any]:
    """What happened at one server, in the account."""
    return {
        "server": one.server.id,
        "address": one.server.address,
        "fetched": one.taken,
        "unchanged": one.unchanged,
        "left": one.left,
        "refused": one.refused,
        "failure": one.failure,
    }


def refusal_line(file: str, reason: str) -> dict[str, Any]:
    """A file that could not even be received, in the account; it has no submission."""
    nothing = dict.fromkeys(("submission_id", "read", "accepted", "quarantined", "duplicates"))
    known = {"partner": "", "feed": "", "file": file, "period": "", "status": "rejected", "new": True, "reason": reason}
    return {**known, **nothing}


def _note(site: Site) -> Path:
    return site.home.logs / "last_run.json"
