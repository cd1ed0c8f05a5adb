"""What a ``report.yaml`` declares, as typed objects.

Belongs here: the vocabulary of report.yaml. Does not belong here: reading and checking the files (report_files.py),
numbers, templates, or defaults that depend on data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reports.errors import ReportError
from reports.figures import FORMATS, WORDS

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Column:
    """A column of a printed table. ``unit`` is printed in the header, never in the cells."""

    name: str
    header: str
    format: str = "count"
    unit: str = ""
    footnotes: tuple[str, ...] = ()
    # A share is proven from its parts: the columns summed above and below the line, or the column whose total
    # row is below.
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    of_total: str = ""
    sums_to_one: bool = False
    # The total row has no such share: its parts are of something else than they add up to.
    parts_only: bool = False
    # A change is proven from the figures compared.
    now: str = ""
    then: str = ""
    additive: bool | None = None
    printed: bool = True
    # What a null in this column means: z, the figure cannot exist; x, the authority did not deliver it.
    when_null: str = "z"
    # Whether we compute the figure ourselves: then no authority failed to deliver it, though it be null throughout.
    own: bool = False
    # Rows of different measures: the column that names the unit, and the format of each unit.
    format_from: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)
    # The quantity of which the column prints figures (or some of its rows, by their key), for how many periods before
    # the report's own, and the columns from which else it is made: it is hidden where one of them is.
    quantity: str = ""
    quantity_of_row: Mapping[str, str] = field(default_factory=dict)
    periods_back: int = 0
    derived_from: tuple[str, ...] = ()
    # The metric that the column prints (or some of its rows, by their key), by its id in reports/metrics/definitions:
    # the annex of the report defines exactly the metrics that its tables name.
    metric: str = ""
    metric_of_row: Mapping[str, str] = field(default_factory=dict)
    # A share that is printed per so many: 1000 for "per 1,000 declaration lines".
    per: int = 1
    # What the figure is made of (evidence.py, docs/trace.md), if it is not the table's measure of that name; or that of
    # some of its rows, by their key. ``periods_back`` says of how many periods before the report's own.
    evidence: str = ""
    evidence_of_row: Mapping[str, str] = field(default_factory=dict)
    # What is printed for a code in a text column.
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def metrics(self) -> frozenset[str]:
        """Ids of the metrics that the column prints."""
        return frozenset({self.metric, *self.metric_of_row.values()} - {""})

    @property
    def is_text(self) -> bool:
        """Whether the column holds words."""
        return self.format in WORDS

    @property
    def adds_up(self) -> bool:
        """Whether the rows of this column must sum to its total row."""
        if self.additive is not None:
            return self.additive
        return self.format in FORMATS and FORMATS[self.format].additive and not self.format_from


@dataclass(frozen=True)
class About:
    """The paragraph under each table: what is counted, out of what, from where, and what is missing."""

    definition: str
    denominator: str
    source: str
    coverage: str


@dataclass(frozen=True)
class TableDeclaration:
    """One numbered table: the rpt_ model behind it and how its columns are printed."""

    name: str
    model: str
    title: str
    columns: tuple[Column, ...]
    about: About
    label: str
    key: tuple[str, ...]
    layout: str = "parts"
    row_noun: str = "rows"
    total: bool = True
    # Whether every authority of the report is asked for this table. If not, one without rows is not mentioned
    # in it, and a column without figures is left out of an authority's part: counting it is not its task.
    everyone: bool = True
    # Rows printed first, the rest behind a fold and in the CSV; ``rank`` is the column by which they are chosen.
    top: int = 0
    rank: str = ""
    # Values of the first key that name no class of their own (unknown, not coded): never called the first or the most.
    residual: tuple[str, ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)
    disclosure: str = "exact"
    not_available: str = ""
    ordered: tuple[tuple[str, ...], ...] = ()
    # The rpt_ model of the fact rows behind the figures (docs/trace.md): with the table's keys and a column a measure.
    evidence: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; ReportError if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ReportError(f"Table '{self.name}' has no column '{name}'.")


@dataclass(frozen=True)
class ChartDeclaration:
    """A picture of one printed table, one for each authority. Its title, the finding, is a macro in
    charts.j2.
    """

    name: str
    table: str
    kind: str
    value: str
    subtitle: str
    description: str
    top: int = 10
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its tables and charts; its words are in ``sections/<name>.html.j2``."""

    name: str
    title: str
    tables: tuple[str, ...]
    charts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reconciliation:
    """Two cells that must hold the same number: ``table.row.column`` on each side, for each authority.

    ``$period`` as a row is the row of the report's own period in a table over time.
    """

    left: str
    right: str


@dataclass(frozen=True)
class Quantity:
    """What several tables show from different sides, such as the value granted: their cells are protected together.

    ``contributions`` is the rpt_ model with one row per contributor (its column ``contributor``) and the keys of all
    tables concerned; ``amount`` its column of amounts. Without a model the figures are counts. ``measure`` names what
    is measured in reports/measures.yaml, if other reports or periods print it too, and ``within`` (or ``without``)
    the codes of a dimension to which this quantity is restricted (or which it leaves out).
    """

    name: str
    contributions: str = ""
    amount: str = ""
    measure: str = ""
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # The quantities of the same tables that add up to this one in every row (granted and refused are decided): they are
    # protected together.
    sum_of: tuple[str, ...] = ()
    # Of counts that are rounded: whether readers can find the true totals elsewhere. The audit takes them as known.
    total_is_known: bool = False

    @property
    def system(self) -> str:
        """The name under which its figures are protected and remembered: quantities of one measure are one system."""
        return self.measure or self.name


@dataclass(frozen=True)
class Break:
    """From a period on, figures of a kind do not compare with those before: said under each table concerned, and at
    the period's row of tables over time. ``partner`` is the authority concerned (all, if empty), ``tables`` the tables
    (all, if none are named).
    """

    period: str
    text: str
    partner: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportDeclaration:
    """A report: its cover, its tables, its charts, and what must agree with what."""

    name: str
    version: int
    title: str
    short_title: str
    subtitle: str
    publisher: str
    contact: str
    audience: str
    language: str
    cadence: str
    released_after_days: int
    tables: tuple[TableDeclaration, ...]
    sections: tuple[Section, ...]
    headlines: tuple[str, ...]
    charts: tuple[ChartDeclaration, ...] = ()
    agreements: tuple[Reconciliation, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    # The address of the licence under which the figures may be used, told in the machine-readable forms.
    licence: str = ""
    # Languages beside its own in which the report appears; each has a whole catalogue in locale/.
    languages: tuple[str, ...] = ()
    # The calendar, in days after the period's end: what comes after the cut-off is late, and an edition whose newest
    # record came after the last day for revisions is final.
    cut_off_after_days: int = 30
    final_after_days: int = 365
    breaks: tuple[Break, ...] = ()
    # Where the rows come from: the warehouse, or the records of the editions that were published.
    made_from: str = "warehouse"
    folder: Path = HERE

    @property
    def ordered_tables(self) -> list[TableDeclaration]:
        """The tables in the order in which they are printed and numbered."""
        return [self.table(name) for section in self.sections for name in section.tables]

    @property
    def systems(self) -> dict[str, list[Quantity]]:
        """The quantities that are protected together, by the name of their system: those of one measure, and sums with
        their parts.
        """
        head_of = {part: one for one in self.quantities for part in one.sum_of}
        found: dict[str, list[Quantity]] = {}
        for quantity in self.quantities:
            head = quantity
            while head.name in head_of:
                head = head_of[head.name]
            found.setdefault(head.system, []).append(quantity)
        return found

    @property
    def metrics(self) -> list[str]:
        """Ids of the metrics that the tables name, in the order of their numbers."""
        named = {name for table in self.tables for column in table.columns for name in column.metrics}
        return sorted(named, key=lambda name: int(name[1:]))

    def prints(self, metric: str) -> list[tuple[TableDeclaration, list[str]]]:
        """Where a metric is printed: the tables in their order, each with the headers of the columns that name it."""
        places = []
        for table in self.ordered_tables:
            headers = [column.header for column in table.columns if column.printed and metric in column.metrics]
            if headers:
                places.append((table, list(dict.fromkeys(headers))))
        return places

    def table(self, name: str) -> TableDeclaration:
        """The table of that name; ReportError if the report has none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise ReportError(f"The report '{self.name}' has no table '{name}'.")
