"""Takes the records out of one JSON value piece by piece, so that a file of any size needs the memory of one record.

Here: the way down to the array of records, the values in it one after the other, and the place of every fault. Not
here: what a record must hold (json.py).
"""

import re
from collections.abc import Iterator, Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, TextIO

from orchestration.errors import RejectedFileError

MAX_RECORD = 2 << 20
MAX_DEPTH = 100
_PIECE = 1 << 16
_TAIL = 16  # characters at the end of a piece within which a word, number or escape may only be cut, not wrong
_BLANK = re.compile(r"[ \t\n\r]*")


def check_depth(value: Any, where: str, depth: int = 1) -> None:
    """RejectedFileError for what is nested deeper than MAX_DEPTH: no record is, and every walk over it would fail."""
    if depth > MAX_DEPTH:
        raise RejectedFileError(
            f"{where}: objects or arrays are nested more than {MAX_DEPTH} deep. Send flat records as the contract "
            "describes them."
        )
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                check_depth(item, where, depth + 1)


class Records:
    """The records of a text that is one JSON value."""

    def __init__(self, file: TextIO, decoder: JSONDecoder, name: str) -> None:
        self.file, self.decoder, self.name = file, decoder, name
        self.text, self.at, self.ended = "", 0, False
        self.line, self.column = 1, 1

    def under(self, path: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """(place, value) of each record in the array under `path`, the keys from the outermost object on."""
        yield from self._inside(list(path), "")
        if self._next():
            raise self._fault("something stands behind the end of the value")

    def _inside(self, path: list[str], above: str) -> Iterator[tuple[str, Any]]:
        if not path:
            yield from self._array(above)
            return
        if self._next() != "{":
            raise self._missing(path[0], above)
        found = False
        for key in self._members():
            if key != path[0]:
                self._value()
                continue
            if found:
                raise self._fault(f"the key `{key}` stands twice in one object, so one value would be lost; keep one")
            found = True
            yield from self._inside(path[1:], f"{above}{key}.")
        if not found:
            raise self._missing(path[0], above)

    def _missing(self, step: str, above: str) -> RejectedFileError:
        return RejectedFileError(
            f"{self.name}, line {self.line}: the records are expected under `{above}{step}`, but `{step}` is not "
            "there. Export the file in the structure that the contract describes."
        )

    def _members(self) -> Iterator[str]:
        self._take("{")
        if self._next() == "}":
            self._take("}")
            return
        while True:
            if self._next() != '"':
                raise self._fault("a key in quotation marks is expected")
            key = self._value()
            self._take(":")
            yield key
            if self._next() == "}":
                self._take("}")
                return
            self._take(",")

    def _array(self, above: str) -> Iterator[tuple[str, Any]]:
        if self._next() != "[":
            under = f" under `{above.rstrip('.')}`" if above else ""
            raise RejectedFileError(
                f"{self.name}, line {self.line}, column {self.column}: expected an array of records{under}, found "
                f"`{self.text[self.at : self.at + 20]}`. Export the records as an array."
            )
        self._take("[")
        if self._next() == "]":
            self._take("]")
            return
        number = 0
        while True:
            number += 1
            self._next()
            where = f"{self.name}, record {number} (line {self.line})"
            yield where, self._value()
            if self._next() == "]":
                self._take("]")
                return
            self._take(",")

    def _next(self) -> str:
        """The next character that is not blank, or nothing at the end; it stays where it is."""
        while True:
            match = _BLANK.match(self.text, self.at)
            self._advance(match.end() if match else self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def _take(self, character: str) -> None:
        if self._next() != character:
            raise self._fault(f"`{character}` is expected")
        self._advance(self.at + 1)

    def _value(self) -> Any:
        self._next()
        wanted = _PIECE
        while True:
            where = f"{self.name}, line {self.line}, column {self.column}"
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
                if end < len(self.text) or self.ended:  # else a number could go on in the next piece
                    check_depth(value, where)
                    self._advance(end)
                    return value
            except JSONDecodeError as error:
                certain = error.pos < len(self.text) - _TAIL and not error.msg.startswith("Unterminated")
                if self.ended or certain:
                    self._advance(min(error.pos, len(self.text)))
                    raise self._fault(error.msg) from None
            except RecursionError:
                raise RejectedFileError(
                    f"{where}: objects or arrays are nested too deep. Send flat records as the contract describes them."
                ) from None
            if len(self.text) - self.at > MAX_RECORD:
                raise RejectedFileError(
                    f"{where}: a single value of more than {MAX_RECORD:,} characters, or one that never ends. Check "
                    "the brackets and quotation marks around this place."
                )
            wanted *= 2
            while len(self.text) - self.at < wanted and self._more():
                pass

    def _advance(self, end: int) -> None:
        passed = self.text[self.at : end]
        if feeds := passed.count("\n"):
            self.line += feeds
            self.column = len(passed) - passed.rindex("\n")
        else:
            self.column += len(passed)
        self.at = end

    def _more(self) -> bool:
        piece = "" if self.ended else self.file.read(_PIECE)
        self.ended = not piece
        self.text = self.text[self.at :] + piece
        self.at = 0
        return not self.ended

    def _fault(self, what: str) -> RejectedFileError:
        return RejectedFileError(
            f"{self.name}, line {self.line}, column {self.column}: not valid JSON ({what.rstrip('.')}). An end that is "
            "missing means that the file was cut off; export it again."
        )
