"""Checks every file of one format in this process and prints what came of each, one JSON line a file.

Started as a child (`python -m tests.hostile.run csv FOLDER`), so that a reader that dies takes only itself along, and
so that the memory of each file is its own.
"""

import importlib
import json
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError
from tests.hostile.case import FIELDS, Case
from tests.unit.intake.builders import Outcome, check, contract

ADDRESS_SPACE = 6 << 30  # far above the limit that is asserted: it only protects the machine
_contracts: dict[str, Contract] = {}


def main(form: str, folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    module = importlib.import_module(f"tests.hostile.{form}_cases")
    for case in module.CASES:
        print(json.dumps({"name": case.name, **outcome(case, case.form or form, folder, module)}), flush=True)


def outcome(case: Case, form: str, folder: Path, module: Any) -> dict[str, Any]:
    of = agreed(case, form, folder)
    path = folder / (case.file or f"{case.name}.{form}")
    case.write(path)
    forget_peak()
    before, start = peak_mb(), time.perf_counter()
    try:
        result = checked(check(of, path), case)
    except RejectedFileError as error:
        result = {"refused": str(error)}
    except BaseException:
        result = {"traceback": traceback.format_exc()[-2000:]}
    used = {"seconds": time.perf_counter() - start, "peak_mb": peak_mb(), "before_mb": before}
    if "rows" in result:
        used["counted"] = module.count(path, case)
    path.unlink()
    return result | used


def checked(done: Outcome, case: Case) -> dict[str, Any]:
    counts = done.counts
    return {
        "read": counts.rows_read,
        "accepted": counts.rows_accepted,
        "rows": None if case.rows is None else [[as_text(cell) for cell in row] for row in done.accepted()],
        "quarantined": {number: rules for number, rules, _ in done.quarantined()},
        "hidden": [number for number, rule, _, _ in done.findings("warning") if rule.endswith("hidden_characters")],
    }


def as_text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def agreed(case: Case, form: str, folder: Path) -> Contract:
    given = {"form": form, "reader": dict(case.reader)}
    key = json.dumps([case.fields, given], sort_keys=True)
    if key not in _contracts:
        _contracts[key] = contract(folder / str(len(_contracts)), case.fields or FIELDS, **given)
    return _contracts[key]


def forget_peak() -> None:
    """Set the peak back to what the process holds now (Linux 4.0); elsewhere the peak is that of all files so far."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
