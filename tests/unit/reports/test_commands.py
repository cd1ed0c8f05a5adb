"""The commands about reports: a first word that is no verb is the name of a report, as it has always been."""

from pathlib import Path

import pytest

from orchestration.cli.app import run


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "enforcement", "--period", "2025-H2"),
        ("report", "--period", "2025-H2", "enforcement"),
        ("report", "publish", "enforcement", "--period", "2025-H2"),
    ],
)
def test_a_report_is_named_with_or_without_the_verb(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--home", str(tmp_path), *arguments]) == 1
    assert "There is no release for operator yet" in capsys.readouterr().err


def test_without_a_name_the_usage_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(tmp_path), "report"]) == 2
    assert "Missing argument" in capsys.readouterr().err


def test_reports_alone_lists_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(tmp_path), "reports"]) == 0
    assert "No report has been published yet" in capsys.readouterr().out
