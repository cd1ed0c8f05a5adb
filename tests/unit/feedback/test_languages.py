"""The languages: complete, with the same places in every sentence, and nothing said in English on a page in another."""

import re

import pytest
from babel.messages.catalog import Message
from babel.support import NullTranslations

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract
from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import every_rule
from orchestration.errors import UsageError
from orchestration.submissions.feedback import Facts, Past, collect, render_page, render_workbook
from orchestration.submissions.feedback.telling import partner_language, told_rule
from orchestration.submissions.marking import marking_rule
from orchestration.words import AnyOf, DateForms, sentence
from orchestration.words.catalogue import Words, languages, words_in
from orchestration.words.extract import messages, read
from tests.unit.feedback.builders import Page, feedback_on, sample_contract, sheets

CONTRACTS = load_contracts()
OTHERS = [language for language in languages() if language != "en"]
SAME_IN_BOTH = {"MM", "hh", "mm", "ss", "+hhmm", "Mon", "correction", "Suggestion", "Copies"}
PLACE = re.compile(r"%\(\w+\)s")
each_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
each_language = pytest.mark.parametrize("language", OTHERS)


def forms(message: Message) -> list[tuple[str, str]]:
    """Each English form of a message with its translation."""
    english = message.id if isinstance(message.id, tuple) else (message.id,)
    told = message.string if isinstance(message.string, tuple) else (message.string,)
    return list(zip(english, told, strict=True))


def test_there_are_at_least_two_languages_beside_english():
    assert {"de", "fr"} <= set(OTHERS)


@each_language
def test_a_catalogue_has_all_that_is_said_and_nothing_else(language):
    said, there = {m.id for m in messages() if m.id}, {m.id for m in read(language) if m.id}
    assert len(said) > 100
    assert said - there == set(), "say `python -m orchestration.words.extract` and translate"
    assert there - said == set()


@each_language
def test_every_message_is_translated_with_the_same_places(language):
    for message in read(language):
        for english, told in forms(message) if message.id else ():
            assert told, english
            assert english in SAME_IN_BOTH or told != english, english
            assert message.fuzzy is False
            if not isinstance(message.id, tuple):
                assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(told)), english
            else:
                assert set(PLACE.findall(told)) <= {place for one in message.id for place in PLACE.findall(one)}


@each_contract
@pytest.mark.parametrize("language", languages())
def test_every_rule_is_told_with_what_is_expected_and_an_example(contract: Contract, language):
    words, english = words_in(language), words_in("en")
    marking = marking_rule(contract)
    rules = (*every_rule(contract), *repair_rules(contract), *((marking,) if marking else ()))
    assert rules
    for rule in rules:
        told = told_rule(contract, rule, words)
        assert told.text and told.expected
        assert told.example or rule.kind == "file", rule.name
        assert "%(" not in told.text + told.expected
        if rule.sentence is not None and language != "en":
            assert told.language == language
            assert told.text != told_rule(contract, rule, english).text, rule.name
        if language != "en":
            assert told.expected != told_rule(contract, rule, english).expected, rule.name


def test_parts_of_sentences_are_told_in_the_language():
    said = sentence(
        "%(label)s must be a date written as %(forms)s.", label="Tag", forms=DateForms(("%d.%m.%Y", "%y-%m"))
    )
    assert str(said) == "Tag must be a date written as DD.MM.YYYY or YY-MM."
    assert words_in("de").say(said) == "„Tag“ muss ein Datum sein, geschrieben als TT.MM.JJJJ oder JJ-MM."
    assert words_in("fr").say(said) == "«\u00a0Tag\u00a0» doit être une date écrite JJ.MM.AAAA ou AA-MM."
    either = sentence(
        "%(label)s must be yes (%(yes)s) or no (%(no)s).", label="a", yes=AnyOf(("J", "1")), no=AnyOf(("N",))
    )
    assert words_in("de").say(either) == "„a“ muss ja (J oder 1) oder nein (N) lauten."


def test_a_percent_sign_in_a_contract_is_left_alone():
    said = sentence("%(label)s must be filled in.", label="Share %(x)s 100%")
    assert str(said) == "Share %(x)s 100% must be filled in."


def test_numbers_and_shares_have_the_language_s_form():
    assert [words_in(language).number(1234567) for language in ("en", "de")] == ["1,234,567", "1.234.567"]
    assert [words_in(language).share(1204, 1210) for language in ("en", "de")] == ["99.5 %", "99,5 %"]
    assert words_in("en").share(999_999, 1_000_000) == "99.9 %"


def test_a_language_that_is_none_is_told():
    with pytest.raises(UsageError, match=r"There is no language tlh; there are en, de, fr\."):
        words_in("tlh")


def test_a_partner_reads_its_own_language_only_where_the_contract_has_texts_in_it():
    assert partner_language(CONTRACTS["allied_licensing_authority/decisions"]) == "fr"
    assert partner_language(CONTRACTS["nl_foreign_affairs/dual_use_licences"]) == "en"
    assert partner_language(CONTRACTS["trade_ministry/goods_lines"]) == "en"


class Bracketed(NullTranslations):
    """A language that says everything in brackets, so that what is said past the catalogue stands out."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, number):
        return f"⟦{one if number == 1 else many}⟧"


def without_brackets(text: str) -> str:
    """A text without what stands in brackets, however deep."""
    while "⟦" in text:
        text, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", text), text
        assert text != before
    return text


ROWS = [
    "R-001;NAR;12,50;31.12.2025;fine", "R-001;NAR;12,50;31.12.2025;fine", "r-002;nar;0,00;01.01.2025;x",
    "R-003;XXX;1,00;2025-01-01;x", "R-004;;1001,00;01.01.2025;x", "R-005;NAR;1;01.01.2025;x",
    "R-005;NAR;2;01.01.2025;x",
    *(f"R-{n};kilogram;1,00;01.01.2025;x" for n in range(100, 150)),
]  # fmt: skip


def test_nothing_is_said_past_the_catalogue(tmp_path):
    words = Words("de", Bracketed())
    feedback = feedback_on(tmp_path, ROWS, past=(Past("2025-Q3", "old.csv", 10, 8, 2),))
    of = feedback.contract
    page = Page(render_page(feedback, words, "x.xlsx", "x.csv"))
    texts = [
        page.text,
        *(str(cell) for rows in sheets(render_workbook(feedback, words)).values() for row in rows for cell in row),
    ]
    for status in ("rejected", "held", "withdrawn", "superseded", "received"):
        for kind in ("initial", "correction", "replacement", "delta", "withdrawal", "nil"):
            facts = Facts("feed.csv", status, "", "S1", "2025-Q4", kind)
            texts.append(Page(render_page(collect(of, facts), words)).text)
    left = {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", without_brackets(text))}
    theirs = " ".join([*ROWS, *(f.source for f in of.fields), *(f"{r.name} {r.description}" for r in every_rule(of)),
                       *(r.name for r in repair_rules(of)), of.id, of.title, "feed.csv old.csv x.xlsx x.csv",
                       *of.code_lists, *(e for f in of.fields for e in f.examples), "EUR NAR KGM LTR UTC"])  # fmt: skip
    assert left - set(re.findall(r"[^\W\d_]{2,}", theirs)) == set()


def test_a_german_page_is_german(tmp_path):
    words = words_in("de")
    page = Page(render_page(feedback_on(tmp_path, ROWS), words))
    assert "2 von 57 Zeilen angenommen; 54 Zeilen brauchen Sie." in page.words
    assert "„Unit“ muss ein Code der Liste units_here sein." in page.words
    assert sheets(render_workbook(feedback_on(tmp_path, ROWS), words)).keys() == {
        "Zu berichtigen", "Reparaturen", "Hinweise", "Zusammenfassung", "Regeln",
    }  # fmt: skip


def test_the_sample_contracts_own_rules_are_told_in_their_language(tmp_path):
    of = sample_contract(tmp_path)
    (rule,) = [one for one in of.rules if one.severity == "error"]
    assert told_rule(of, rule, words_in("de")).language == "en"
    allied = CONTRACTS["allied_licensing_authority/decisions"]
    assert {told_rule(allied, one, words_in("fr")).language for one in allied.rules} == {"fr"}
