"""A small warehouse for the release tests: a build database with raw rows, and a few models compiled as dbt
would.

The models are chosen for what they could leak: current state, history, counts, ranks, ids made from row
numbers.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.releases.build import Inputs
from orchestration.releases.models import load_models
from orchestration.releases.policy import Marking, load_policy
from orchestration.settings import Home

FEEDS = (
    "customs_service/inspections", "foreign_ministry/listings", "intelligence_service/reports",
    "trade_ministry/applications",
)  # fmt: skip
SIX = "partner, feed, {ref} as record_ref, submission_id, source_row_number, marking"

MODELS = {
    "staging.stg_reports": (
        "view",
        """
        select r.* from (
            select
                *,
                row_number() over (
                    partition by report_ref order by sequence desc, source_row_number desc
                ) as n
            from "entrepot"."raw"."intelligence_service__reports"
        ) as r where n = 1
        """,
    ),
    "staging.stg_listings": (
        "view",
        """
        select d.* from "entrepot"."raw"."foreign_ministry__listings" as d
        where d.submission_id = (
            select submission_id from "entrepot"."raw"."foreign_ministry__listings"
            order by period desc, sequence desc limit 1
        )
        """,
    ),
    "staging.stg_applications": (
        "view",
        """
        select r.* from (
            select *, row_number() over (partition by application_ref order by sequence desc) as n
            from "entrepot"."raw"."trade_ministry__applications"
        ) as r where n = 1
        """,
    ),
    "main.fct_intelligence_reports": (
        "table",
        f"select {SIX.format(ref='report_ref')}, received_on, destination_country, summary, subjects "
        'from "entrepot"."staging"."stg_reports"',
    ),
    "main.fct_listings": (
        "table",
        f"select {SIX.format(ref='entry_ref')}, name, entity_type, listed_on, period "
        'from "entrepot"."staging"."stg_listings"',
    ),
    "main.fct_listing_versions": (
        "table",
        f"select {SIX.format(ref='entry_ref')}, name, period, sequence, recorded_at, "
        "md5(submission_id || source_row_number) as version_id "
        'from "entrepot"."raw"."foreign_ministry__listings"',
    ),
    "main.fct_applications": (
        "table",
        f"select {SIX.format(ref='application_ref')}, applicant_name, destination_country, risk_band "
        'from "entrepot"."staging"."stg_applications"',
    ),
    "intermediate.int_mentions": (
        "view",
        """
        select name, partner, record_ref from "entrepot"."main"."fct_listings"
        union all select applicant_name, partner, record_ref from "entrepot"."main"."fct_applications"
        union all
        select subject.value ->> 'name', partner, record_ref
        from "entrepot"."main"."fct_intelligence_reports", json_each(subjects) as subject
        """,
    ),
    "main.dim_parties": (
        "table",
        """
        select
            name, count(*) as mention_count, count(distinct partner) as partner_count,
            rank() over (order by count(*) desc) as place, sum(count(*)) over () as mentions_in_all
        from "entrepot"."intermediate"."int_mentions" group by name
        """,
    ),
    "main.fct_met_in_one_file": (
        "table",
        """
        select listings.record_ref, applications.record_ref as other_ref
        from "entrepot"."main"."fct_listings" as listings
        inner join "entrepot"."main"."fct_applications" as applications using (submission_id)
        """,
    ),
    "main.dim_countries": ("table", 'select * from "entrepot"."code_lists"."countries"'),
    "main.fct_submissions": (
        "table",
        'select id as submission_id, partner, feed, sequence, rows_read from "entrepot"."raw"."submissions"',
    ),
    "main.fct_row_findings": (
        "table",
        'select partner, feed, submission_id, source_row_number, rule from "entrepot"."raw"."row_findings"',
    ),
    "reporting.rpt_totals": ("table", 'select count(*) as n from "entrepot"."main"."fct_applications"'),
}


def marking(originator: str, level="official", tlp="GREEN", release_to=None, exclude=(), purposes=None) -> str:
    lists = [None if given is None else frozenset(given) for given in (release_to, purposes)]
    return Marking(originator, level, tlp, lists[0], frozenset(exclude), lists[1]).text()


@cache
def contracts() -> ContractSet:
    return load_contracts()


@dataclass
class World:
    """Rows by raw table; a row is a dict of the fields that matter, the others are null."""

    home: Home
    rows: dict[str, list[dict]] = field(default_factory=dict)
    submissions: list[dict] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    countries: list[tuple[str, str]] = field(default_factory=lambda: [("DE", "Germany"), ("FR", "France")])

    def submit(self, feed: str, rows: Iterable[dict], *, period="2025-Q1", sequence=None) -> None:
        """One submission; each row gives its marking and fields. Ids and numbers are like the real ones."""
        partner, _, name = feed.partition("/")
        rows = list(rows)
        sequence = sequence if sequence is not None else len(self.submissions) + 1
        submission_id = "S" + hashlib.sha256(repr((feed, period, sequence, rows)).encode()).hexdigest()[:15]
        received = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=sequence * 7 + len(rows))
        self.submissions.append(
            {
                "id": submission_id,
                "sequence": sequence,
                "partner": partner,
                "feed": name,
                "rows_read": len(rows),
            }
        )
        self.rows.setdefault(feed.replace("/", "__"), []).extend(
            {
                "submission_id": submission_id, "source_row_number": number, "partner": partner, "feed": name,
                "period": period, "kind": "initial", "sequence": sequence, "recorded_at": received,
                "is_withdrawal": False, **row,
            }
            for number, row in enumerate(rows, 1)
        )  # fmt: skip
        self.findings.append(
            {
                "partner": partner,
                "feed": name,
                "submission_id": submission_id,
                "source_row_number": 1,
                "rule": "r",
            }
        )

    def build(self) -> Inputs:
        """Write the build database and the manifest; returns what releases are built with."""
        self.home.ensure()
        self.home.build_db.unlink(missing_ok=True)
        connection = duckdb.connect(":memory:")
        connection.execute(f"attach '{self.home.build_db}' as entrepot")
        connection.execute("use entrepot")
        connection.execute("begin transaction")
        for schema in ("raw", "code_lists", "staging", "intermediate", "reporting"):
            connection.execute(f"create schema {schema}")
        for feed in FEEDS:
            contract = contracts()[feed]
            _fill(connection, contract.table, _columns(contract), self.rows.get(contract.table, []))
        _fill(connection, "submissions", _SUBMISSIONS, self.submissions)
        _fill(connection, "row_findings", _FINDINGS, self.findings)
        connection.execute("create table code_lists.countries (code varchar, label varchar)")
        connection.executemany("insert into code_lists.countries values (?, ?)", self.countries)
        for name, (kind, sql) in MODELS.items():
            connection.execute(f"create {kind} {name} as {sql}")
        connection.execute("commit")
        connection.close()
        return Inputs(load_policy(), contracts(), load_models(self.manifest()))

    def manifest(self) -> Path:
        nodes = {}
        for name, (kind, sql) in MODELS.items():
            schema, _, table = name.partition(".")
            nodes[f"model.entrepot.{table}"] = {
                "resource_type": "model", "name": table, "alias": table, "schema": schema,
                "package_name": "entrepot", "original_file_path": f"models/{table}.sql", "compiled_code": sql,
                "config": {"materialized": kind, "enabled": True},
                "description": f"One row per thing in {table}.",
                "columns": {"name": {"description": "The name, as given."}},
                "depends_on": {
                    "nodes": [
                        f"model.entrepot.{other.partition('.')[2]}"
                        for other in MODELS
                        if f'"{other.partition(".")[2]}"' in sql
                    ]
                },
            }  # fmt: skip
        path = self.home.warehouse_dir / "dbt" / "manifest.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"nodes": dict(reversed(nodes.items()))}))
        return path


_REGISTER = {
    "submission_id": "varchar", "source_row_number": "bigint", "marking": "varchar", "partner": "varchar",
    "feed": "varchar", "period": "varchar", "kind": "varchar", "sequence": "bigint",
    "recorded_at": "timestamp", "is_withdrawal": "boolean",
}  # fmt: skip
_SUBMISSIONS = {
    "id": "varchar", "sequence": "bigint", "partner": "varchar", "feed": "varchar", "rows_read": "bigint",
}  # fmt: skip
_FINDINGS = {
    "partner": "varchar", "feed": "varchar", "submission_id": "varchar", "source_row_number": "bigint",
    "rule": "varchar",
}  # fmt: skip


def _columns(contract) -> dict[str, str]:
    return {f.name: f.duckdb_type for f in contract.fields} | _REGISTER


def _fill(connection, table: str, columns: dict[str, str], rows: list[dict]) -> None:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f'create table raw."{table}" ({declared})')
    if rows:
        assert set().union(*rows) <= set(columns), set().union(*rows) - set(columns)
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f'insert into raw."{table}" values ({marks})',
            [[row.get(name) for name in columns] for row in rows],
        )


def report(ref: str, name: str = "Acme", summary: str = "s", **marked) -> dict:
    return {
        "report_ref": ref, "received_on": datetime.date(2025, 1, 2), "summary": summary,
        "subjects": json.dumps([{"name": name}]), "marking": marking("intelligence_service", **marked),
    }  # fmt: skip


def listing(ref: str, name: str, **marked) -> dict:
    given = {"level": "public", "tlp": "CLEAR"} | marked
    return {
        "entry_ref": ref,
        "name": name,
        "entity_type": "person",
        "marking": marking("foreign_ministry", **given),
    }


def application(ref: str, name: str, **marked) -> dict:
    return {
        "application_ref": ref, "applicant_name": name, "destination_country": "DE", "risk_band": 3,
        "marking": marking("trade_ministry", **marked),
    }  # fmt: skip


def sample_world(home: Home) -> World:
    """Three feeds, with rows that customs may see and rows that it may not."""
    world = World(home)
    world.submit(
        "trade_ministry/applications",
        [
            application("A1", "Acme"),
            application("A2", "Borealis"),
            application("A3", "Cygnus", level="secret"),
        ],
    )
    world.submit(
        "foreign_ministry/listings",
        [listing("L1", "Acme"), listing("L2", "Delos"), listing("L3", "Eos", tlp="RED")],
        period="2025-06-30",
    )
    world.submit(
        "intelligence_service/reports",
        [
            report("R1", "Acme", tlp="AMBER", release_to=["customs_service"], level="restricted"),
            report("R2", "Fenris", tlp="AMBER+STRICT", release_to=["customs_service"]),
            report("R3", "Acme", level="secret"),
            report("R4", "Borealis", exclude=["customs_service"]),
            report("R5", "Borealis", purposes=["enforcement"]),
        ],
    )
    return world
