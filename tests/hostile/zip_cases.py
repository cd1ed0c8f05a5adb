"""Hostile zip archives around a CSV file."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.hostile.case import Case, Row

TABLE = b"Ref,Text,Amount\na,b,1\nz,last,1.00\n"
ROWS: list[Row] = [("a", "b", "1.00"), ("z", "last", "1.00")]
READER = {"member": "*.csv"}
Members = list[tuple[str | zipfile.ZipInfo, bytes]]


def info(name: str, *, mode: int = stat.S_IFREG | 0o644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
    entry.external_attr, entry.compress_type = mode << 16, method
    return entry


def packed(members: Members, comment: bytes = b"") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for entry, data in members:
            archive.writestr(info(entry) if isinstance(entry, str) else entry, data)
    return content.getvalue()


def accepted(name: str, content: bytes, rows: list[Row] | None = None, **options) -> Case:
    return Case(name, content, **{"rows": ROWS if rows is None else rows, "reader": READER, **options})


def refused(name: str, content: bytes, says: str, **options) -> Case:
    return Case(name, content, **{"says": says, "reader": READER, **options})


def patched(content: bytes, signature: bytes, offset: int, value: bytes, *, last: bool = False) -> bytes:
    """The archive with some bytes of its first (or last) record of this kind put otherwise."""
    at = (content.rfind if last else content.find)(signature) + offset
    return content[:at] + value + content[at + len(value) :]


def well_meant() -> Iterator[Case]:
    yield accepted("plain", packed([("a.csv", TABLE)]))
    yield accepted("stored", packed([(info("a.csv", method=zipfile.ZIP_STORED), TABLE)]))
    yield accepted("bzip2", packed([(info("a.csv", method=zipfile.ZIP_BZIP2), TABLE)]))
    yield accepted("lzma", packed([(info("a.csv", method=zipfile.ZIP_LZMA), TABLE)]))
    yield accepted("in_a_folder", packed([("x/", b""), ("x/y/a.csv", TABLE)]))
    yield accepted("capitals", packed([("A.CSV", TABLE)]))
    yield accepted("litter_of_a_mac", packed([("a.csv", TABLE), ("__MACOSX/._a.csv", b"x"), (".DS_Store", b"y")]))
    yield accepted("umlaut_in_the_name", packed([("Fälle.csv", TABLE)]))
    yield accepted("comment", packed([("a.csv", TABLE)], comment=b"=1+1 <b>" * 100))
    yield refused("comment_like_an_end", packed([("a.csv", TABLE)], comment=b"PK\x05\x06" * 10 + b"!" * 100), "damaged")
    yield accepted("empty_folders_150", packed([("a.csv", TABLE), *((f"d{n}/", b"") for n in range(150))]))
    yield Case("table_of_zeros", packed([("a.csv", TABLE + b"0,0,0\n" * 100_000)]), count=100_002, reader=READER)
    yield accepted("header_alone", packed([("a.csv", b"Ref,Text,Amount\n")]), rows=[])
    yield accepted("dots_in_the_name", packed([("a..b.csv", TABLE)]))


def names() -> Iterator[Case]:
    for name, entry in {
        "parent": "../a.csv", "parent_within": "x/../../a.csv", "absolute": "/a.csv", "drive": "C:/a.csv",
        "backslashes": "..\\a.csv", "network": "\\\\host\\a.csv", "stream": "a.csv:b.csv", "home_parent": "x/../a.csv",
    }.items():  # fmt: skip
        yield refused(f"name_{name}", packed([(raw_name(entry), TABLE)]), "points outside the archive")
    for name, entry in {
        "device": "CON.csv", "device_in_folder": "aux/a.csv", "device_lpt": "lpt1.csv", "override": "a\u202evsc.csv",
        "zero_width": "a\u200b.csv", "control": "a\x1b[2J.csv", "line_break": "a\n.csv\x7f", "long": "x" * 230 + ".csv",
    }.items():  # fmt: skip
        yield refused(f"name_{name}", packed([(entry, TABLE)]), "reserved, too long or has characters")
    cut = packed([("a.csvXtxt", TABLE)]).replace(b"a.csvXtxt", b"a.csv\0txt")
    yield refused("name_cut_by_nul", cut, "reserved, too long|damaged")
    yield refused("name_twice", packed_twice("a.csv", "a.csv"), "more than once")
    yield refused("name_twice_by_case", packed([("a.csv", TABLE), ("A.csv", TABLE)]), "more than once")
    yield refused(
        "name_otherwise_in_its_header", patched(packed([("a.csv", TABLE)]), b"PK\x03\x04", 30, b"b"), "damaged"
    )


def raw_name(name: str) -> zipfile.ZipInfo:
    entry = info("x")
    entry.filename = name
    return entry


def packed_twice(first: str, second: str) -> bytes:
    placeholder = "\0".join(["q" * len(second)])
    return packed([(first, TABLE), (placeholder, TABLE)]).replace(placeholder.encode(), second.encode())


def members() -> Iterator[Case]:
    yield refused(
        "two_tables", packed([("a.csv", TABLE), ("b.csv", TABLE)]), "holds a.csv, b.csv; expected exactly one"
    )
    yield refused("another_file", packed([("a.csv", TABLE), ("readme.txt", b"x")]), "holds a.csv, readme.txt")
    yield refused("no_table", packed([("a.txt", TABLE)]), "holds a.txt; expected exactly one")
    yield refused("nothing_within", packed([]), "holds nothing")
    yield refused("only_a_folder", packed([("a.csv/", b"")]), "holds nothing")
    yield refused("archive_within", packed([("a.csv", packed([("a.csv", TABLE)]))]), "a.csv in .* is a zip archive")
    yield refused("archive_beside", packed([("a.zip", packed([("a.csv", TABLE)]))]), "holds a.zip")
    yield refused(
        "workbook_within", packed([("a.csv", b"\xd0\xcf\x11\xe0" + bytes(100))]), "old binary Office document"
    )
    yield refused("program_within", packed([("a.csv", b"MZ\x90\0")]), "is a program")
    yield refused("empty_table", packed([("a.csv", b"")]), "a.csv in .* is empty")
    yield refused("fault_in_the_table", packed([("a.csv", TABLE + b"x\n")]), "a.csv in .*, line 4: 1 cells")
    yield refused("nul_in_the_table", packed([("a.csv", TABLE + b"x,\0,1\n")]), r"NUL byte at offset 36 \(line 4\)")
    yield refused("latin_1_in_the_table", packed([("a.csv", TABLE + b"x,\xfc,1\n")]), "0xfc at offset 36")
    yield refused(
        "symlink", packed([(info("a.csv", mode=stat.S_IFLNK | 0o777), b"/etc/passwd")]), "is a link or a device"
    )
    yield refused("fifo", packed([(info("a.csv", mode=stat.S_IFIFO | 0o644), b"")]), "is a link or a device")
    yield refused("block_device", packed([(info("a.csv", mode=stat.S_IFBLK | 0o644), TABLE)]), "is a link or a device")
    yield refused(
        "socket_beside", packed([("a.csv", TABLE), (info("s", mode=stat.S_IFSOCK), b"")]), "is a link or a device"
    )
    yield refused(
        "entries_1_000", packed([("a.csv", TABLE), *((f"{n}/", b"") for n in range(1_000))]), "has 1001 entries"
    )


def lies() -> Iterator[Case]:
    whole = packed([("a.csv", TABLE)])
    central = b"PK\x01\x02"
    encrypted = patched(patched(whole, b"PK\x03\x04", 6, b"\x01\0"), central, 8, b"\x01\0")
    yield refused("encrypted", encrypted, "is encrypted with a password")
    strong = patched(patched(whole, b"PK\x03\x04", 6, b"\x41\0"), central, 8, b"\x41\0")
    yield refused("encrypted_strongly", strong, "encrypted|damaged")
    yield refused(
        "unknown_method", patched(patched(whole, b"PK\x03\x04", 8, b"\x63\0"), central, 10, b"\x63\0"), "damaged"
    )
    yield refused(
        "size_declared_smaller", patched(whole, central, 24, struct.pack("<I", 10)), "damaged|more than the 10"
    )
    yield refused("size_declared_zero", patched(whole, central, 24, struct.pack("<I", 0)), "damaged|more than|empty")
    yield refused("size_declared_4_gb", patched(whole, central, 24, b"\xfe\xff\xff\xff"), "would unpack to")
    yield refused(
        "packed_size_too_large", patched(whole, central, 20, struct.pack("<I", 10**6)), "damaged|truncated|overlap"
    )
    yield refused("wrong_checksum", patched(whole, central, 16, b"\0\0\0\0"), "damaged")
    yield refused(
        "offset_beyond_the_end", patched(whole, central, 42, struct.pack("<I", 10**6)), "damaged|belong to none"
    )
    yield refused("offset_into_the_data", patched(whole, central, 42, struct.pack("<I", 5)), "damaged|belong to none")
    two = packed([("a.csv", TABLE), ("b/", b"")])
    yield refused("overlapping", patched(two, central, 42, struct.pack("<I", 0), last=True), "overlap")
    yield accepted("count_of_entries_too_high", patched(whole, b"PK\x05\x06", 10, struct.pack("<H", 9)))
    yield refused(
        "directory_too_long", patched(whole, b"PK\x05\x06", 12, struct.pack("<I", 10**6)), "damaged|not a whole"
    )
    yield refused("program_before", b"MZ\x90\0" + bytes(60) + whole, "is a program")
    yield refused(
        "archive_before", packed([("a.csv", b"Ref,Text,Amount\nhidden,x,1\n")]) + whole, "belong to none of its"
    )
    yield refused("flipped_data", patched(whole, TABLE[:0] + b"PK\x03\x04", 40, b"\xff\xff\xff\xff"), "damaged")
    yield refused("cut_in_half", whole[: len(whole) // 2], "damaged or truncated")
    yield refused("cut_at_the_end", whole[:-5], "damaged or truncated")
    yield refused("directory_lost", whole[: whole.find(central)], "damaged or truncated")
    yield refused("only_an_end", b"PK\x05\x06" + bytes(18), "holds nothing")
    yield refused("seven_zip", b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive")
    yield refused("gzip", b"\x1f\x8b\x08", "is a gzip archive")
    yield refused("text", TABLE, "is not a zip archive")
    yield refused("nothing", b"", "is empty")
    yield refused("png", b"\x89PNG\r\n", "is an image")


def bombs() -> Iterator[Case]:
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    yield refused("bomb", zeros.getvalue(), "would unpack to 104,857,600 bytes")
    hundred = packed([(f"{n:03}.csv", bytes(1 << 20)) for n in range(100)])
    yield refused("bomb_of_many", hundred, "would unpack to 104,857,600 bytes|expected exactly one")
    inner = packed([("a.csv", bytes(10 << 20))])
    for _ in range(5):
        inner = packed([("a.zip", inner)])
    yield refused("bomb_in_layers", inner, "holds a.zip")
    kernel = packed([("a.csv", b"Ref,Text,Amount\n" + b"a,b,1\n" * 1_000_000)])
    yield Case("a_million_rows", kernel, count=1_000_000, reader=READER)
    lying = patched(zeros.getvalue(), b"PK\x01\x02", 24, struct.pack("<I", len(TABLE)))
    yield refused("bomb_that_says_it_is_small", lying, "damaged|more than the")


def bags() -> Iterator[Case]:
    def bag(
        table: bytes = TABLE, digest: str = sha256(TABLE).hexdigest(), listed: str = "data/a.csv", **more: bytes
    ) -> bytes:
        files: Members = [
            ("b/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
            ("b/manifest-sha256.txt", f"{digest}  {listed}\n".encode()), ("b/data/a.csv", table),
        ]  # fmt: skip
        return packed([*files, *((f"b/{name}", data) for name, data in more.items())])

    yield accepted("bag", bag())
    yield accepted("bag_with_tags", bag(**{"bag-info.txt": b"x", "tagmanifest-sha256.txt": b"y"}))
    yield refused("bag_of_other_digest", bag(table=TABLE + b"x,y,2\n"), "data/a.csv has not the digest")
    yield refused("bag_of_other_file", bag(listed="data/b.csv"), "lists data/b.csv, and the bag holds data/a.csv")
    yield refused("bag_with_more", bag(**{"data/b.csv": b"x"}), "holds b/data/a.csv, b/data/b.csv")
    yield refused("bag_without_manifest", packed([("bagit.txt", b"x"), ("data/a.csv", TABLE)]), "bag without manifest")


CASES = [*well_meant(), *names(), *members(), *lies(), *bombs(), *bags()]


def count(path: Path, case: Case) -> int:
    """The rows of the table, counted in the bytes that zipfile unpacks."""
    with zipfile.ZipFile(path) as archive:
        entry = next(name for name in archive.namelist() if name.lower().endswith(".csv") and "MACOSX" not in name)
        return archive.read(entry).count(b"\n") - 1
