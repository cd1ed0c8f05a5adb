"""How single things are told: a rule in the partner's language, a value with its hidden characters shown.

Here: what page, workbook and command line share. Not here: layout.
"""

import re
from dataclasses import dataclass

from orchestration.contracts.model import Contract, Rule
from orchestration.submissions.feedback.expected import expectation
from orchestration.submissions.feedback.model import Feedback, Problem
from orchestration.words.catalogue import ENGLISH, Words, languages

# Control characters and those that turn or hide text: a person must see that they are there.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\ufeff\ufff9-\uffff]"
)


@dataclass(frozen=True)
class ToldRule:
    """A rule in words: what must hold (and in which language the contract says it), the form expected, an
    example.
    """

    name: str
    text: str
    language: str
    expected: str
    example: str


def told_rule(contract: Contract, rule: Rule, words: Words) -> ToldRule:
    """A rule in a language; what only the contract says stays in the contract's words where it has no others."""
    wanted = expectation(contract, rule)
    text, language = rule_text(contract, rule, words)
    return ToldRule(rule.name, text, language, words.say(wanted.form), wanted.example)


def rule_text(contract: Contract, rule: Rule, words: Words) -> tuple[str, str]:
    """What must hold, and the language in which that is said."""
    own = contract.translations.get(words.language)
    if own is not None and rule.name in own.rules:
        return own.rules[rule.name], words.language
    if rule.sentence is not None:
        return words.say(rule.sentence), words.language
    return rule.description, ENGLISH


def advice(problem: Problem, words: Words) -> str:
    """What to write instead, where that can be told."""
    if problem.mend is None:
        return ""
    if problem.mend.certain:
        return words.say("Write %(value)s", value=problem.mend.value)
    return words.say("Perhaps %(value)s?", value=problem.mend.value)


@dataclass(frozen=True)
class Remark:
    """What is to be said besides the rule, and in which language that could be said."""

    text: str
    language: str


def remarks(feedback: Feedback, problem: Problem, row: int, words: Words) -> list[Remark]:
    """What is to be said besides the rule: the row that contradicts, a note of the check (which is in English)."""
    told = []
    if problem.other_row is not None:
        said = (
            words.say("Other rows of the file have the same key.")
            if problem.other_row == row
            else words.say("Row %(row)s has the same key.", row=problem.other_row)
        )
        told.append(Remark(said, words.language))
    return [*told, *([Remark(problem.note, ENGLISH)] if problem.note else [])]


def shown(text: str | None) -> str:
    """A value with its hidden characters written out as [U+202E], so that nothing in it acts or deceives."""
    return "" if text is None else _HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis when it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"


def partner_language(contract: Contract) -> str:
    """The language of a partner's feedback: the contract's, where system and contract have texts in it, else
    English.
    """
    has_texts = contract.language in languages() and contract.language in contract.translations
    return contract.language if has_texts else ENGLISH
