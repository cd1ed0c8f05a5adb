"""The SQL of repairs: from the text of a cell to the text it stands for, where only one reading is possible.

Here: one function a repair; each gives an expression that equals its input where there is nothing to mend. The common
case costs a comparison. Not here: which field gets which repair (contracts/repairs.py) and what a value must look like
(cells.py).
"""

import re

from orchestration.contracts.context_rules import GARBLED
from orchestration.contracts.model import CodeList, Contract, Field
from orchestration.quoting import sql_list, sql_text

# What Windows-1252 shows for the bytes 80 to 9F; the five bytes it leaves open come through as control characters.
_SPECIAL = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SPECIAL_BYTES = [character.encode("cp1252").hex() for character in _SPECIAL]
_CONFUSABLES = ("АВЕКМНОРСТХІЅавекмнорстхіѕΑΒΕΖΗΙΚΜΝΟΡΤΧαο", "ABEKMHOPCTXISabekmhopctxisABEZHIKMNOPTXao")
_CONTROL_CODE = r"^([0-9][A-E][0-9]{3}(\.[0-9]+)?|ML([1-9]|1[0-9]|2[0-2]))(\.[a-z]+(\.[0-9]+(\.[a-z]+(\.[0-9]+)*)?)?)?$"
_MARKED = "áàâäãåāăąçćčďđéèêëēěęğíìîïīıłñńňóòôöõøōőřśšşșťțúùûüūůűýÿžźż"
_UNMARKED = "aaaaaaaaacccddeeeeeeegiiiiiilnnnoooooooorssssttuuuuuuuyyzzz"
_DAY_ZERO = "DATE '1899-12-30'"  # of spreadsheets, which take 1900 for a leap year
_TWO_DIGITS = {"%d": "([0-9]{1,2})", "%m": "([0-9]{1,2})", "%H": "([0-9]{1,2})", "%M": "([0-9]{2})",
               "%S": "([0-9]{2})", "%Y": "([0-9]{2})"}  # fmt: skip


def upper(text: str) -> str:
    """Capitals."""
    return f"upper({text})"


def control_code(text: str) -> str:
    """The printed form of a control list entry: '3a001 a2' and 3А001 with a Cyrillic A."""
    return f"case when regexp_matches({text}, '{_CONTROL_CODE}') then {text} else {_printed(text)} end"


def excel_exponent(text: str) -> str:
    """A control code that a spreadsheet took for a number and that kept its three digits: '1E+201' is 1E201."""
    mended = f"regexp_replace({text}, '^([0-9](?:\\.0+)?)E\\+([0-9]{{3}})$', '\\1E\\2')"
    return f"case when contains({text}, 'E+') then replace({mended}, '.00E', 'E') else {text} end"


def hs_leading_zero(text: str) -> str:
    """An HS code of odd length gets back the noughts of chapters 01 to 09."""
    short = f"length({text}) in (5, 7, 9) and regexp_full_match({text}, '[1-9][0-9]+')"
    return f"case when {short} then '0' || {text} else {text} end"


def grouped_integer(text: str) -> str:
    """The noughts at the end of the last group of thousands: "112.95" is 112.950."""
    parts = f"regexp_extract({text}, '^(.*[.,])([0-9]{{1,2}})$', ['head', 'tail'])"
    cut = f"regexp_full_match({text}, '-?[0-9]{{1,3}}([.,][0-9]{{3}})*[.,][0-9]{{1,2}}')"
    return f"case when {cut} then ({parts}).head || rpad(({parts}).tail, 3, '0') else {text} end"


def mojibake(text: str) -> str:
    """Text in UTF-8 that was read as Windows-1252 ("MÃ¼ller"): turned back where every character can be, and where
    nothing garbled is left afterwards; else it stays.
    """
    byte = (
        "case when unicode(c) < 256 then printf('%02x', unicode(c)) else "
        f"coalesce(list_extract([{sql_list(_SPECIAL_BYTES)}], strpos('{_SPECIAL}', c)), '??') end"
    )
    octets = f"array_to_string(list_transform(string_split({text}, ''), lambda c: {byte}), '')"
    back = f"try(decode(unhex({octets})))"
    sound = f"not regexp_matches({back}, '{GARBLED}|[\\x{{80}}-\\x{{9f}}\\x{{fffd}}]')"
    plain = f"strlen({text}) = length({text}) or not regexp_matches({text}, '{GARBLED}')"
    return f"case when {plain} then {text} when {sound} then {back} else {text} end"


def aliases(contract: Contract, field: Field, text: str) -> str:
    """The code that a name stands for, by the field's list of aliases; what is a code already stays."""
    known = contract.aliases[str(field.aliases)]
    place = f"enum_code(try_cast({plain_form(text)} as enum ({sql_list(known)})))"
    found = f"list_extract([{sql_list(known.values())}], {place} + 1)"
    if field.code_list is not None:
        listed = f"try_cast({text} as enum ({sql_list(contract.code_lists[field.code_list].codes)})) is not null"
        return f"case when {listed} then {text} else coalesce({found}, {text}) end"
    return f"coalesce({found}, {text})"


def plain_form(text: str) -> str:
    """The form in which names are compared: small Latin letters without marks, everything else one blank. The macro
    `normalise_country_text` does the same in the models.
    """
    bare = f"translate(lower({text}), '{_MARKED}', '{_UNMARKED}')"
    for ligature, letters in (("ß", "ss"), ("æ", "ae"), ("œ", "oe")):
        bare = f"replace({bare}, '{ligature}', '{letters}')"
    return f"trim(regexp_replace({bare}, '[^a-z0-9]+', ' ', 'g'))"


def symbols(field: Field, text: str) -> str:
    """What the contract declares a symbol to mean ("$" is whose dollar?); nothing is taken for granted."""
    cases = " ".join(f"when {sql_text(symbol)} then {sql_text(code)}" for symbol, code in field.symbols)
    return f"case {text} {cases} else {text} end"


def excel_serial(field: Field, text: str) -> str:
    """The number of a day in a spreadsheet as a date in the field's first format: 45292 is 1 January 2024."""
    serial = f"length({text}) = 5 and regexp_full_match({text}, '[1-9][0-9]{{4}}')"
    day = f"strftime({_DAY_ZERO} + try_cast({text} as integer), {sql_text(field.formats[0])})"
    return f"case when {serial} then {day} else {text} end"


def two_digit_years(field: Field, text: str) -> str:
    """A year of two digits in full: up to the field's pivot in this century, above it in the last."""
    cases = ""
    for form in field.formats:
        codes = re.findall("%[A-Za-z]", form)
        if "%Y" not in codes or set(codes) - set(_TWO_DIGITS):
            continue
        pieces = re.split("(%[A-Za-z])", form)
        pattern = sql_text("^" + "".join(_TWO_DIGITS.get(piece) or re.escape(piece) for piece in pieces) + "$")
        year = codes.index("%Y") + 1
        century = f"case when cast(regexp_extract({text}, {pattern}, {year}) as integer) <= {field.two_digit_years}"
        numbers = iter(range(1, len(codes) + 1))
        filled = [f"\\{next(numbers)}" if piece in _TWO_DIGITS else piece for piece in pieces]
        given = {head: [("20" if head else "19") + item if piece == "%Y" else item
                        for piece, item in zip(pieces, filled, strict=True)] for head in (True, False)}  # fmt: skip
        recent, past = (
            f"regexp_replace({text}, {pattern}, {sql_text(''.join(given[head]))})" for head in (True, False)
        )
        cases += f"when regexp_matches({text}, {pattern}) then {century} then {recent} else {past} end "
    return f"case {cases}else {text} end" if cases else text


def successor(codes: CodeList, text: str, day: str) -> str:
    """The one code that replaced a code before `day`; a code with several successors stays."""
    ended: dict[str, list[tuple[str, str]]] = {}
    for code, spans in codes.validity.items():
        if len(codes.successors.get(code, ())) == 1 and all(last for _, last in spans):
            ended.setdefault(max(last for _, last in spans), []).append((code, codes.successors[code][0]))
    found = [
        f"case when {day} > DATE '{last}' then case {text} "
        f"{' '.join(f'when {sql_text(old)} then {sql_text(new)}' for old, new in pairs)} end end"
        for last, pairs in sorted(ended.items())
    ]
    return f"coalesce({', '.join([*found, text])})"


def _printed(text: str) -> str:
    latin = f"translate({text}, '{_CONFUSABLES[0]}', '{_CONFUSABLES[1]}')"
    parts = (
        f"regexp_extract({latin}, '(?i)^\\s*(ML\\s*[0-9]{{1,2}}|[0-9]\\s*[A-E]\\s*[0-9]{{3}})([-A-Za-z0-9. "
        "()/_]*)$', ['entry', 'rest'])"
    )
    entry = f"regexp_replace(upper(({parts}).entry), '\\s+', '', 'g')"
    rest = f"array_to_string(list_prepend('', regexp_extract_all(lower(({parts}).rest), '[a-z]+|[0-9]+')), '.')"
    return f"case when ({parts}).entry <> '' then {entry} || {rest} else {text} end"
