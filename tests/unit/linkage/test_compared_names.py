"""Names as linkage compares them: one form whatever the script, the legal form and the order of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.linkage.frequencies import rarity
from orchestration.linkage.names import kinds_of_company, read_name, skeleton
from orchestration.linkage.sounds import readings, unvowelled


@given(st.text(min_size=1))
def test_reading_a_name_twice_changes_nothing(text: str) -> None:
    once = read_name(text).words
    assert once
    assert read_name(" ".join(once)).words == once


@given(st.lists(st.text("abcdefghijklmnoprstuvyz", min_size=2, max_size=8), min_size=1, max_size=6), st.randoms())
def test_the_order_of_words_does_not_change_the_key(words: list[str], chance: "st.random_module") -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert read_name(" ".join(shuffled)).key == read_name(" ".join(words)).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordwerk Optik GmbH", "NORDWERK OPTIK, G.m.b.H."),
        ("ООО Дрожанка", "Drozhanka LLC"),
        ("Ivanov, Pyotr", "Pyotr IVANOV"),
        ("Électronique Marvil S.à r.l.", "Electronique Marvil SARL"),
        ("Acme Intl Trading Co., Ltd.", "Acme International Trading"),
        ("Zorvel Idnustrial Limitada", "Zorvel Industrial Ldta."),
        ("OOO Zorvel Khimiya", "Zorvel Chimija LLC"),
        ("Ζορβελ Ναυτιλιακή Α.Ε.", "Zorvel Naftiliaki A.E."),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert read_name(one).key == read_name(other).key


def test_a_name_that_is_but_a_legal_form_keeps_it_and_signs_alone_are_a_name() -> None:
    assert read_name("GmbH").words == ("gmbh",)
    assert read_name("***").words == ("***",)


def test_only_a_slip_in_a_long_word_of_a_trade_is_read_as_the_trade() -> None:
    assert read_name("Zorvel Enginering").words == read_name("Zorvel Engineering").words
    assert read_name("Zorvel Mraine").words == read_name("Zorvel Marine").words
    assert read_name("Zorvel Marina").words != read_name("Zorvel Marine").words
    assert read_name("Optima").words == ("optima",)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Zorvel A.E.", {"shares"}),
        ("Zorvel E.P.E.", {"limited"}),
        ("ООО Зорвел", {"limited"}),
        ("ZORVEL S.à r.l.", {"limited"}),
        ("Zorvel GmbH & Co. KG", {"limited", "partnership"}),
        ("Zorvel Public Limited Company", {"shares"}),
        ("Zorvel Co., Ltd.", set()),
        ("Zorvel", set()),
        ("Banco Zorvel SA de Trading", set()),
    ],
)
def test_a_legal_form_tells_the_kind_of_company(name: str, kinds: set[str]) -> None:
    assert kinds_of_company(name) == kinds


@pytest.mark.parametrize(
    ("one", "other"), [("qasim", "kassem"), ("tikhoniv", "tichonyw"), ("muhammad", "mohamed"), ("khalid", "kaleed")]
)
def test_transliterations_of_one_word_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_a_skeleton_keeps_words_of_other_sounds_apart_and_numbers_as_they_are() -> None:
    assert skeleton("nordwerk") != skeleton("sudwerk")
    assert skeleton("32") == "32"


def test_common_words_and_words_of_trades_weigh_less_than_unknown_ones() -> None:
    assert rarity("technology") < rarity("elektronik") < rarity("drozhanka")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhayevshu", "zajewsu"),
        ("zhayevshu", "schajewschu"),
        ("chernov", "tschernow"),
        ("chernov", "tchernov"),
        ("tikhonov", "tichonow"),
        ("shcherbakov", "scerbakow"),
        ("khalid", "kaled"),
        ("lidjabim", "leeddjabeem"),
        ("uqkhanaj", "oukkanadj"),
        ("shamahwa", "chamehoua"),
        ("sharif", "cherif"),
        ("najib", "nadjib"),
        ("balwa", "baloua"),
        ("xenopoulos", "ksenopulos"),
    ],
)
def test_spellings_of_several_schemes_have_a_reading_in_common(one: str, other: str) -> None:
    assert set(readings(one)) & set(readings(other))


def test_other_sounds_have_no_reading_in_common() -> None:
    for one, other in (("zhayevshu", "zhabelgor"), ("chernov", "gernov"), ("sharif", "zarib"), ("khalid", "walid")):
        assert not set(readings(one)) & set(readings(other))
    assert readings("mi4") == readings("io") == unvowelled("io") == ()


def test_a_name_without_vowels_has_the_bare_readings_of_the_name_with_them() -> None:
    arabic = read_name("وقمهريف للتجارة")
    assert arabic.lacks_vowels and arabic.words[1] == "trading"
    assert set(unvowelled("uqmahrif")) & set(unvowelled("oukmehrif")) & set(arabic.bare[0])
    assert not read_name("Жажевшу").lacks_vowels
