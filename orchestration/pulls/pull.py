"""One pass over the partners' servers: fetch what is new, whole, and hand it to the intake.

Here: the order of things for one server, and that a server at fault stops no other. Not here: when a pass is made
(cycle.py, assets/intake.py), transfers (transfer.py) and the intake itself (submissions/receive.py).
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.servers import PullServer
from orchestration.errors import EntrepotError
from orchestration.pulls import spool
from orchestration.pulls.credentials import Credentials
from orchestration.pulls.errors import PullError, explained
from orchestration.pulls.memory import Known, known_files, remember
from orchestration.pulls.patience import Patience
from orchestration.pulls.transfer import BESIDE, NotYetError, Unit, fetch, units
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.manifest import MANIFEST_SUFFIX
from orchestration.submissions.receive import receive_landing

CHECK = "server_was_pulled"
_LONGEST_NAME = 200


@dataclass
class Pulled:
    """What one pass did at one server.

    `taken` maps paths to submission ids; `refused` and `left` map paths to reasons (what the intake does not take;
    what may not be whole yet). `failure` is why the server could not be pulled at all, or not to the end.
    """

    server: PullServer
    taken: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    failure: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a person."""
        return not (self.failure or self.refused)


def pulled_feeds(contracts: ContractSet, feeds: Iterable[str] | None = None) -> list[Contract]:
    """The contracts that name servers to pull from, optionally of some feeds only."""
    chosen = None if feeds is None else set(feeds)
    return [c for c in contracts.values() if c.pulls and (chosen is None or c.id in chosen)]


def pull_all(
    home: Home, register: Register, contracts: ContractSet, feeds: Iterable[str] | None = None,
    say: Callable[[str], None] = lambda _message: None, patience: Patience | None = None,
) -> list[Pulled]:  # fmt: skip
    """Pull every server of these feeds (all unless told); the outcome of each, failures among them."""
    chosen = pulled_feeds(contracts, feeds)
    if not chosen:
        return []
    patience = patience or Patience.from_environment()
    done = []
    with spool.alone(home):
        spool.sweep(home)
        for contract in chosen:
            for server in contract.pulls:
                say(f"pulling {server.id}")
                done.append(_Pass(home, register, contract, server, patience, say).run())
    return done


class _Pass:
    """One server's turn."""

    def __init__(
        self, home: Home, register: Register, contract: Contract, server: PullServer, patience: Patience,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.home, self.register, self.contract, self.server = home, register, contract, server
        self.patience, self.say = patience, say
        self.credentials = Credentials(server)
        self.done = Pulled(server)
        self.broken: set[str] = set()

    def run(self) -> Pulled:
        """Try as often as patience says; what failed for good is told in the outcome and in the register."""
        try:
            for folder in spool.waiting(self.home, self.server):
                self.hand_over(folder)
            self.credentials = Credentials.of(self.server)
            self.patience.insist(self.attempt)
        except PullError as error:
            self.done.failure = self.told(error)
        reasons = [self.done.failure, *self.done.refused.values(), *self.done.left.values()]
        self.register.record_check(
            f"pulls/{self.server.id}", CHECK, passed=self.done.is_well, blocking=False, severity="warning",
            detail=" ".join(filter(None, reasons)),
        )  # fmt: skip
        return self.done

    def attempt(self) -> None:
        """One try; any exception of a library is this server's, and told as such."""
        try:
            if self.server.type == "postgres":
                self.pull_query()
            else:
                self.pull_folder()
        except Exception as error:
            raise explained(error) from None

    def pull_folder(self) -> None:
        from orchestration.pulls.connections import connect

        folder = connect(self.server, self.credentials, self.patience)
        try:
            known = known_files(self.register, self.server)
            found = units(folder.files(self.server, BESIDE))
            new = [unit for unit in found if not self.is_settled(known.get(unit.file.name), unit.fingerprint)]
            self.done.unchanged = len(found) - len(new) - len(self.done.taken)
            self.done.left = {}
            last: PullError | None = None
            # What broke off before comes last, so that one file never keeps the others from being fetched.
            for unit in sorted(new, key=lambda u: u.file.name in self.broken):
                try:
                    with spool.coming(self.home) as here:
                        _require_usable_name(unit)
                        self.say(f"fetching {unit.file.name} from {self.server.id}")
                        fetch(folder, unit, here, self.server.settle_seconds)
                        note = spool.Note(unit.file.name, unit.fingerprint, Path(unit.file.name).name)
                        whole = spool.make_whole(self.home, here, self.server, note)
                    self.hand_over(whole)
                except NotYetError as error:
                    self.done.left[unit.file.name] = self.told(error)
                except (PermissionError, FileNotFoundError) as error:
                    self.done.left[unit.file.name] = self.told(explained(error))
                except Exception as error:
                    self.broken.add(unit.file.name)
                    last = explained(error)
                    if not isinstance(error, PullError):  # the connection is no good any more
                        raise last from None
            if last is not None:
                raise last
        finally:
            folder.close()

    def pull_query(self) -> None:
        from orchestration.pulls.query import ask
        from orchestration.submissions.vault import hash_file

        day = self.register.clock()
        name = self.server.file_name.format(year=f"{day:%Y}", month=f"{day:%m}", day=f"{day:%d}")
        with spool.coming(self.home) as here:
            ask(self.server, self.contract, self.credentials, self.patience, here / name)
            digest = hash_file(here / name)
            known = known_files(self.register, self.server).get(self.server.file_name)
            if self.is_settled(known, digest):
                self.done.unchanged = 1
                return
            note = spool.Note(self.server.file_name, digest, name)
            whole = spool.make_whole(self.home, here, self.server, note)
        self.hand_over(whole)

    def is_settled(self, known: Known | None, fingerprint: str) -> bool:
        """Whether a file as it looks now was taken, or refused under the terms of the contract as it stands."""
        return known is not None and known.fingerprint in (fingerprint, self.refused_form(fingerprint))

    def refused_form(self, fingerprint: str) -> str:
        """How a refused file is remembered: a contract that has changed gives it another chance."""
        return f"{fingerprint}@{self.contract.version}:{self.contract.signature}"

    def hand_over(self, folder: Path) -> None:
        """Through the intake as if it lay in a landing folder that belongs to this feed alone."""
        note = spool.read_note(folder)
        subject = note.file_name.removesuffix(MANIFEST_SUFFIX)  # a manifest without a file is known by its file's name
        feed = ContractSet({self.contract.id: replace(self.contract, patterns=(subject,))})
        summary = receive_landing(self.home, self.register, feed, folder, self.say)
        fate = self.register.landing_fingerprints().get(str(folder / note.file_name))
        submission = fate[1] if fate else None
        refusal = " ".join(summary.rejected.values())
        if submission is None and not refusal:
            refusal = f"The intake passes over files with a name such as {note.file_name}."
        fingerprint = note.fingerprint if submission else self.refused_form(note.fingerprint)
        remember(self.register, self.server, note.path, Known(fingerprint, submission, refusal))
        if submission is None:
            self.done.refused[note.path] = refusal
        else:
            self.done.taken[note.path] = submission
        shutil.rmtree(folder)

    def told(self, error: EntrepotError) -> str:
        """The reason in words, without any secret."""
        return self.credentials.hide(f"{self.server.id} ({self.server.address}): {error}")


def _require_usable_name(unit: Unit) -> None:
    name = Path(unit.file.name).name
    if not name.isprintable() or name.startswith(".") or len(name.encode()) > _LONGEST_NAME or "/" in name:
        raise NotYetError(f"{unit.file.name!r} is no name under which a file can be kept; ask for another.")
