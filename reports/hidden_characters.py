"""Characters that nobody sees: controls, zero-width characters, marks that turn the direction of writing.

Here: which they are, as a pattern for Python and for DuckDB, and how they are written out for people. Two names that
look the same and differ in one of them are different to a machine, and a right-to-left override makes `txt.exe` read as
`exe.txt` (Unicode Technical Report 36). Not here: what follows from finding one (contracts/rules.py).
"""

import re

# Tab, line feed and carriage return are visible enough; the joiners have a meaning of their own, see below.
_ALWAYS = (
    (0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E),
    (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)  # fmt: skip
# Persian and many scripts of India spell words with the (non-)joiner, so that it is hidden only elsewhere.
_JOINERS = (0x200C, 0x200D)
_JOINING = (
    "Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu",
    "Kannada", "Malayalam", "Sinhala", "Myanmar", "Khmer",
)  # fmt: skip

_CLASS = "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in _ALWAYS)
_BEFORE = "".join(f"\\p{{{script}}}" for script in _JOINING)
RE2_PATTERN = f"[{_CLASS}]|(?:^|[^{_BEFORE}])[\\x{{{_JOINERS[0]:x}}}-\\x{{{_JOINERS[1]:x}}}]"
"""For regexp_matches: a hidden character, or a joiner where no letter of a joining script stands before it."""
RE2_CHARACTERS = f"[{_CLASS}\\x{{{_JOINERS[0]:x}}}-\\x{{{_JOINERS[1]:x}}}]"
"""For regexp_extract_all: the hidden characters themselves, joiners always."""

_PYTHON = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _ALWAYS) + "\ud800-\udfff]")


def written_out(text: str) -> str:
    """The text with every hidden character (and every half of a surrogate pair) as <U+202E>, fit for a message."""
    return _PYTHON.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


def is_visible(text: str) -> bool:
    """Whether the text surely has no hidden character; a joiner, whatever stands before it, counts as one."""
    return text.isprintable() or not (_PYTHON.search(text) or any(chr(joiner) in text for joiner in _JOINERS))
