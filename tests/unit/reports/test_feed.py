"""The feed: what RFC 4287 demands of it, the newest first, the same bytes again, and nothing that is restricted."""

import re
from datetime import date

from lxml import etree

from orchestration.publication import index
from orchestration.publication.editions import Edition
from orchestration.settings import Home
from reports.outputs import feed

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
URN = re.compile(r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def entry(report: str, edition: str, day: date) -> feed.Entry:
    link = feed.Link(f"{report}/{edition}/edition.pdf", "application/pdf", 178170)
    return feed.Entry(report, edition, f"{report} <{edition}>", "456 & more", "Office", day, "page.html", (link,))


ENTRIES = [entry("a", "2025-Q3-v1", date(2025, 12, 1)), entry("b", "2025-H2-v1", date(2026, 3, 31))]


def parsed(entries) -> etree._Element:
    return etree.fromstring(feed.feed(entries, "Statistics", "Office", "en-GB", "index.html"))


def test_it_has_what_the_standard_demands():
    root = parsed(ENTRIES)
    for node in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated", "author"):
            assert len(node.findall(f"a:{name}", ATOM)) == 1, name
        assert node.find("a:author/a:name", ATOM).text == "Office"
        assert MOMENT.match(node.find("a:updated", ATOM).text)
        assert URN.match(node.find("a:id", ATOM).text)
        alternates = [(one.get("type"), one.get("hreflang")) for one in node.findall("a:link[@rel='alternate']", ATOM)]
        assert len(alternates) == len(set(alternates)) == 1
    assert root.find("a:link[@rel='self']", ATOM).get("href") == feed.FILE
    enclosure = root.find("a:entry/a:link[@rel='enclosure']", ATOM)
    assert dict(enclosure.attrib)["length"] == "178170"


def test_ids_stay_and_the_newest_stands_first_and_gives_the_feed_its_time():
    root = parsed(ENTRIES)
    ids = [node.text for node in root.iter("{*}id")]
    assert len(ids) == len(set(ids)) == 3
    titles = [node.text for node in root.findall("a:entry/a:title", ATOM)]
    assert titles == ["b <2025-H2-v1>", "a <2025-Q3-v1>"]
    assert root.find("a:updated", ATOM).text == "2026-03-31T00:00:00Z"
    assert feed.feed(ENTRIES, "S", "O", "en", "i") == feed.feed(ENTRIES[::-1], "S", "O", "en", "i")


def test_a_feed_without_editions_is_a_feed():
    root = parsed([])
    assert root.find("a:entry", ATOM) is None and MOMENT.match(root.find("a:updated", ATOM).text)


def test_nothing_restricted_is_in_the_public_feed_or_list(tmp_path):
    home = Home(tmp_path)
    files = [{"path": name, "bytes": 1000} for name in ("index.html", "edition.pdf", "tables.xlsx", "tables/a.csv")]

    def edition(report: str, audience: str) -> Edition:
        manifest = {
            "audience": audience, "subtitle": "s", "period_label": "p", "published_on": None,
            "release_date": "2026-03-31", "files": files,
        }  # fmt: skip
        return Edition(report, "2025-Q4", "2025-Q4-v1", "Final", report.title(), "f", tmp_path, manifest)

    index.write_indexes(home, [edition("open_report", "public"), edition("secret_report", "restricted")])
    told = (home.reports / feed.FILE).read_text("utf-8")
    assert "open_report/2025-Q4/2025-Q4-v1/edition.pdf" in told
    for path in (home.reports / feed.FILE, home.reports / "index.html"):
        assert "secret" not in path.read_text("utf-8").lower()
    restricted = (home.reports / "restricted.html").read_text("utf-8")
    assert "secret_report" in restricted and feed.FILE not in restricted
