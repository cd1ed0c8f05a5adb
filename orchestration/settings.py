"""Where things are: the project's own folders and the home folder of one installation.

Here: paths only. Not here: opening, creating or reading anything at import; `Home.ensure` creates the folders
when it is called. Environment variables read: ENTREPOT_HOME (default ./var) and ENTREPOT_REGISTER_URL
(default: SQLite in the home).
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.errors import EntrepotError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
CONTRACTS_DIR = PROJECT_ROOT / "data_contracts"
CODE_LISTS_DIR = CONTRACTS_DIR / "code_lists"
DBT_DIR = PROJECT_ROOT / "dbt_project"
REPORTS_DIR = PROJECT_ROOT / "reports"
KNOWN_ON = "known_on"  # the file that marks a home which shows an earlier day


@dataclass(frozen=True)
class Home:
    """The folder that holds everything one installation has received, built and published."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """The home that ENTREPOT_HOME names, else ./var."""
        return cls(Path(os.environ.get("ENTREPOT_HOME", "var")).absolute())

    @property
    def register_url(self) -> str:
        """SQLAlchemy URL of the register; a home that shows an earlier day has its own, whatever the environment."""
        own = f"sqlite:///{self.root / 'register.sqlite'}"
        return own if self.known_on else os.environ.get("ENTREPOT_REGISTER_URL") or own

    @property
    def known_on(self) -> date | None:
        """The day whose state this home shows, if it was made by `entrepot as-known-on`; None for a living home."""
        try:
            return date.fromisoformat((self.root / KNOWN_ON).read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None

    @property
    def landing(self) -> Path:
        """Default folder in which partners' files arrive; only ever read."""
        return self.root / "landing"

    @property
    def spool(self) -> Path:
        """Files on their way from partners' servers to the vault."""
        return self.root / "spool"

    @property
    def vault(self) -> Path:
        """Received bytes, by sha256, write-once."""
        return self.root / "vault"

    @property
    def lake(self) -> Path:
        """Checked submissions as Parquet: <partner>/<feed>/<submission_id>/."""
        return self.root / "lake"

    @property
    def receipts(self) -> Path:
        """Signed receipts as JSON, one a submission."""
        return self.root / "receipts"

    @property
    def feedback(self) -> Path:
        """What partners get back: a page and a workbook a submission."""
        return self.root / "feedback"

    @property
    def keys(self) -> Path:
        """The installation's own signing key."""
        return self.root / "keys"

    @property
    def warehouse_dir(self) -> Path:
        """Folder of the one writer's database."""
        return self.root / "warehouse"

    @property
    def build_db(self) -> Path:
        """The one writer's DuckDB file; readers open releases instead."""
        return self.warehouse_dir / "build.duckdb"

    @property
    def scores(self) -> Path:
        """Scores of pairs of profiles once made, whoever sees them; made anew where they are missing."""
        return self.root / "linkage"

    @property
    def releases(self) -> Path:
        """Published read-only databases, one folder a recipient."""
        return self.root / "releases"

    @property
    def reports(self) -> Path:
        """Published editions of reports and their index."""
        return self.root / "reports"

    @property
    def drafts(self) -> Path:
        """Editions of reports that wait for sign-off or for their day."""
        return self.root / "drafts"

    @property
    def disclosure(self) -> Path:
        """Decision records of disclosure control: they hold what the editions hide, and are never shipped with them."""
        return self.root / "disclosure"

    @property
    def quality(self) -> Path:
        """Great Expectations Data Docs."""
        return self.root / "quality"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of this installation."""
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.root / "logs"

    def lake_folder(self, partner: str, feed: str, submission_id: str) -> Path:
        """The folder that holds a checked submission's Parquet files."""
        return self.lake / partner / feed / submission_id

    def ensure(self) -> "Home":
        """Create the folders that do not exist yet; the keys are readable by their owner only. EntrepotError if the
        system lets none be made there.
        """
        try:
            for folder in (
                self.landing, self.vault, self.lake, self.receipts, self.feedback, self.warehouse_dir, self.releases,
                self.reports, self.quality, self.dagster, self.logs,
            ):  # fmt: skip
                folder.mkdir(parents=True, exist_ok=True)
            self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise EntrepotError(
                f"The home {self.root} cannot be used: {problem.strerror or problem} ({problem.filename}). "
                "Name a folder that you may write in, with --home or ENTREPOT_HOME."
            ) from problem
        return self
