"""Sloppy spellings that the contract says will be repaired: blanks, small letters, control codes without
their dots.

Belongs here: spoiling cells in a way that the contract's repairs undo. Does not belong here: rows that must
be refused (`defects`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.model import Contract, Field
from orchestration.sample.columns import Ints

_CODE_SHARE, _OTHER_SHARE = 0.02, 0.0006
_CYRILLIC = str.maketrans({"A": "А", "B": "В", "C": "С", "E": "Е"})


@dataclass(frozen=True)
class Slip:
    """One cell spelt carelessly."""

    position: int
    field: str
    before: str
    after: str


def slip(rng: np.random.Generator, table: pa.Table, contract: Contract) -> tuple[pa.Table, tuple[Slip, ...]]:
    """Spoil some cells of fields whose repairs the contract names; `before` is what is written, `after` what
    it means.
    """
    slips: list[Slip] = []
    for field in contract.fields:
        if not field.repairs or contract.format == "parquet" or field.primary_key or field.references:
            continue
        share = _CODE_SHARE if "control_code" in field.repairs else _OTHER_SHARE
        if share == _OTHER_SHARE and field.code_list is None:
            continue
        column = table.column(field.name)
        size = table.num_rows
        chosen: Ints = np.sort(rng.permutation(size)[: int(size * share + rng.random())])
        chosen = chosen[np.asarray(pc.is_valid(column.take(pa.array(chosen))))]
        right = column.take(pa.array(chosen)).to_pylist()
        wrong = [_misspelt(rng, field, text, contract.options.encoding) for text in right]
        slips += [Slip(int(p), field.name, w, r) for p, w, r in zip(chosen, wrong, right, strict=True) if w != r]
        mask = np.zeros(size, bool)
        mask[chosen] = True
        replaced = pc.replace_with_mask(column.combine_chunks(), pa.array(mask), pa.array(wrong, pa.string()))
        table = table.set_column(table.column_names.index(field.name), field.name, replaced)
    return table, tuple(slips)


def _misspelt(rng: np.random.Generator, field: Field, text: str, encoding: str) -> str:
    if "control_code" in field.repairs and re.match(r"\d[A-E]\d{3}|ML", text):
        ways = [text.replace(".", ""), text.lower(), _spaced(text), f" {text} "]
        if encoding.startswith("utf"):
            ways.append(text.translate(_CYRILLIC))
        return ways[int(rng.integers(0, len(ways)))]
    if "upper" in field.repairs and rng.random() < 0.5:
        return text.lower()
    return f"{text} " if "trim" in field.repairs else text


def _spaced(code: str) -> str:
    """3A001.a.2 as '3a001 a 2'."""
    return code.lower().replace(".", " ")
