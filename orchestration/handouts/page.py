"""The page that explains a feed, and the index of all feeds: HTML that needs nothing but itself.

Here: what the templates are given. Not here: the words (told.py), the layout (templates/).
"""

from collections.abc import Sequence
from pathlib import Path

from orchestration.contracts.model import CodeList, Contract
from orchestration.contracts.texts import languages, texts_in
from orchestration.handouts import told
from orchestration.pages import environment, style
from orchestration.words.catalogue import languages as spoken
from orchestration.words.catalogue import words_in

TEMPLATES = Path(__file__).parent / "templates"
CODES_SHOWN = 300


def page_name(contract: Contract, language: str) -> str:
    """The file name of a page: partner.feed.html, or partner.feed.de.html."""
    return f"{contract.partner}.{contract.feed}{'' if language == 'en' else f'.{language}'}.html"


def page_languages(contract: Contract) -> tuple[str, ...]:
    """The languages in which a feed has a page: those in which both the contract and the system have words."""
    return tuple(language for language in languages(contract) if language in spoken())


def render_page(contract: Contract, language: str = "en") -> bytes:
    """One feed in one language, in UTF-8; UsageError for a language that there is not."""
    words, texts = words_in(language), texts_in(contract, language)
    sheet, sheet_hash = style(TEMPLATES / "handout.css")
    page = environment(TEMPLATES, words).get_template("feed.html.j2").render(
        contract=contract, texts=texts, key=" + ".join(contract.field_by_name[name].source for name in contract.key),
         words=words, columns=told.columns(contract, texts, words),
        delivery=told.delivery(contract, words), errors=told.rules(contract, words, "error"),
        warnings=told.rules(contract, words, "warning"), repairs=told.repairs(contract, words),
        file_rules=told.file_rules(contract), audience=told.audience(contract, words),
        lists=[_codes(code_list, language) for _, code_list in sorted(contract.code_lists.items())],
        codes_shown=CODES_SHOWN, style=sheet, style_hash=sheet_hash,
        others=[(other, page_name(contract, other)) for other in page_languages(contract) if other != language],
    )  # fmt: skip
    return page.encode("utf-8")


def render_index(contracts: Sequence[Contract]) -> bytes:
    """The index of the feeds, by partner."""
    words = words_in("en")
    sheet, sheet_hash = style(TEMPLATES / "handout.css")
    partners: dict[str, list[Contract]] = {}
    for contract in contracts:
        partners.setdefault(contract.partner, []).append(contract)
    page = environment(TEMPLATES, words).get_template("feeds.html.j2").render(
        partners=partners, page_name=page_name, page_languages=page_languages, style=sheet, style_hash=sheet_hash,
        count=len(contracts),
    )  # fmt: skip
    return page.encode("utf-8")


def write_pages(contracts: Sequence[Contract], out: Path) -> list[Path]:
    """The pages of these feeds in all their languages and the index, in a folder; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    pages = {
        page_name(contract, language): render_page(contract, language)
        for contract in contracts
        for language in page_languages(contract)
    }
    pages["index.html"] = render_index(contracts)
    for name, content in pages.items():
        (out / name).write_bytes(content)
    return [out / name for name in pages]


def _codes(code_list: CodeList, language: str) -> tuple[str, list[tuple[str, str]]]:
    """A code list's name, and its codes with what they mean; current ones once each."""
    labels = code_list.labels.get(language) or code_list.labels.get("en") or {}
    return code_list.name, [(code, labels.get(code, "")) for code in dict.fromkeys(code_list.codes)]
