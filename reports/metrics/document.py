"""docs/metrics.md, written from the definitions: ``python -m reports.metrics.document``.

Belongs here: the page for those who work on the project. Does not belong here: the definitions, or the annex of a
report (shared/metrics.html.j2). A test compares the page with what this gives.
"""

from __future__ import annotations

from pathlib import Path

from reports.metrics.catalogue import Metric, metrics

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
HEAD = """# Metrics

Written by `python -m reports.metrics.document` from `reports/metrics/definitions/`, one file for each metric: change
the file, write the page again, commit both. A column of a report names the metric that it prints (`metric: M3` in
report.yaml, or `metric_of_row` where rows are different measures), and the annex of the report defines exactly the
metrics that its columns name. A metric of the audience `restricted` may stand in no public report. The models
`rpt_metrics__*` hold their figures for every quarter, half-year and year at once, so that a report of any cadence
prints the same figure from the same table.
"""


def document() -> str:
    """The text of the page: a table of all metrics, then each definition."""
    lines = [HEAD, "| id | metric | unit | audience |", "|---|---|---|---|"]
    lines += [
        f"| [{metric.id}](#{_anchor(metric)}) | {metric.name} | {metric.unit} | {metric.audience} |"
        for metric in metrics().values()
    ]
    return "\n".join(lines) + "\n" + "".join(_entry(metric) for metric in metrics().values())


def _anchor(metric: Metric) -> str:
    kept = "".join(char for char in metric.name.lower() if char.isalnum() or char in " -")
    return f"{metric.id.lower()}-{kept.replace(' ', '-')}"


def _entry(metric: Metric) -> str:
    lines = [
        f"\n## {metric.id} {metric.name}\n",
        f"- **Population**: {metric.population}",
        f"- **Numerator**: {metric.numerator}",
        f"- **Denominator**: {metric.denominator}",
        f"- **Clock**: {metric.clock}",
        f"- **Period**: {metric.attribution}",
        *(f"- **Edge case**: {sentence}" for sentence in metric.edge_cases),
        f"- **Source**: {metric.source}",
        f"- **Computed by**: {', '.join(f'`{name}`' for name in metric.computed_by)}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
