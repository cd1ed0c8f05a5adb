"""A contract's words in another language: read, checked, and falling back to English."""

import json

import pytest

from orchestration.contracts.load import load_contract, load_contracts
from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import all_rules
from orchestration.contracts.texts import languages, texts_in, untranslated
from orchestration.errors import ContractError
from tests.unit.intake.builders import document, field, rule, write_contract

FIELDS = [
    field("ref", physicalName="Ref No", primaryKey=True, repairs=["upper"], examples=["A1"]),
    field("day", "date", physicalName="Day", formats=["%d.%m.%Y", "%d-%m-%y"]),
]
GERMAN = """\
title: Sendungen
fields:
  ref: {label: Nummer}
rules:
  day_is_late: Der Tag ist spät.
"""


def with_texts(tmp_path, text, name="feed.texts.de.yaml"):
    rules = [rule("day_is_late", "day > date '2000-01-01'")]
    path = write_contract(tmp_path, document(FIELDS, rules=rules))
    (path.parent / name).write_text(text, encoding="utf-8")
    return path


def test_what_is_translated_is_said_in_the_language_and_the_rest_in_english(tmp_path):
    contract = load_contract(with_texts(tmp_path, GERMAN))
    german = texts_in(contract, "de")
    ref, day = contract.fields
    assert languages(contract) == ("en", "de")
    assert (german.title, german.label(ref), german.label(day)) == ("Sendungen", "Nummer", "Day")
    assert german.description(ref) == ref.description == "ref"
    said = {item.name: german.rule(item) for item in (*all_rules(contract), *repair_rules(contract))}
    assert said == {
        "ref_is_present": "„Ref No“ muss ausgefüllt sein.",
        "day_is_a_date": "„Day“ muss ein Datum sein, geschrieben als TT.MM.JJJJ oder TT-MM-JJ.",
        "feed_has_no_hidden_characters": "Ein Text sollte keine unsichtbaren Zeichen enthalten (Steuerzeichen, Zeichen "
        "ohne Breite, Zeichen, die die Schreibrichtung wenden).",
        "ref_is_unique": "Der Schlüssel Ref No steht in einer Datei nur einmal; Zeilen mit gleichem Schlüssel und "
        "anderem Inhalt widersprechen einander.",
        "day_is_late": "Der Tag ist spät.",
        "ref_put_in_capitals": "„Ref No“ wurde in Großbuchstaben gesetzt.",
    }
    english = texts_in(contract)
    assert (english.title, english.label(ref), texts_in(contract, "fr").title) == ("feed", "Ref No", "feed")
    assert [english.rule(item) for item in all_rules(contract)] == [item.description for item in all_rules(contract)]
    assert untranslated(contract, "de") == ["fields.ref.description", "fields.day.label", "fields.day.description"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("titel: Sendungen\n", 1, "`titel` is not a key of a file of texts"),
        ("title: a\nfields:\n  rev: {label: a}\n", 3, "`rev` is not a field of the contract partner/feed"),
        ("fields:\n  ref:\n    name: a\n", 3, "`name` is not a text of a field"),
        ("fields:\n  ref: Nummer\n", 2, "expected a mapping of label, description"),
        ("rules:\n  day_is_early: a\n", 2, "`day_is_early` is not a rule of the contract"),
        ("rules:\n  day_is_late:\n", 2, "must be a text"),
        ("title: ''\n", 1, "must be a text"),
        ("- title\n", 1, "expected a mapping"),
        ("", 1, "expected a mapping"),
        ("title: a\ntitle: b\n", 2, "given twice"),
    ],
)
def test_a_fault_in_the_texts_is_named_with_file_and_line(tmp_path, text, line, says):
    with pytest.raises(ContractError) as error:
        load_contract(with_texts(tmp_path, text))
    assert f"feed.texts.de.yaml:{line}: " in str(error.value)
    assert says in str(error.value)


@pytest.mark.parametrize("name", ["feed.texts.en.yaml", "feed.texts.deutsch.yaml", "feed.texts.yaml"])
def test_a_file_of_texts_names_its_language(tmp_path, name):
    with pytest.raises(ContractError, match=r"two letters of ISO 639-1"):
        load_contract(with_texts(tmp_path, GERMAN, name))


def test_texts_of_no_contract_are_an_error(tmp_path):
    with_texts(tmp_path, GERMAN, "other.texts.de.yaml")
    with pytest.raises(ContractError, match=r"other\.texts\.de\.yaml:1: there is no contract other\.odcs\.yaml"):
        load_contracts(tmp_path)


def test_changed_texts_are_read_again(tmp_path):
    path = with_texts(tmp_path, GERMAN)
    assert texts_in(load_contracts(tmp_path)["partner/feed"], "de").title == "Sendungen"
    path.with_name("feed.texts.de.yaml").write_text("title: Lieferungen von Waren\n", encoding="utf-8")
    assert texts_in(load_contracts(tmp_path)["partner/feed"], "de").title == "Lieferungen von Waren"


def test_the_samples_texts_are_complete():
    found = {
        f"{contract.id} {language}": untranslated(contract, language)
        for contract in load_contracts().values()
        for language in contract.translations
    }
    assert len(found) >= 4
    assert json.dumps({name: missing for name, missing in found.items() if missing}) == "{}"


def test_codes_have_labels_in_the_languages_of_their_list():
    lists = load_contracts()["trade_ministry/goods_lines"].code_lists
    assert lists["units"].labels["en"]["KGM"] == "Kilogram"
    assert lists["units"].labels["fr"]["KGM"] == "Kilogramme"
