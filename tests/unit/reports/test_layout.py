"""How much room a table takes on a wide screen, by the words of its headings and the texts in it."""

from dataclasses import replace

from reports.layout import columns_of_codes, is_dense
from reports.tables import Part
from tests.unit.reports.conftest import contents_of


def part(table: str) -> Part:
    return contents_of("list_changes").tables[table].parts[0]


def headed(found: Part, header: str) -> Part:
    return replace(found, columns=tuple(replace(column, header=header) for column in found.columns))


def test_long_words_in_headings_want_smaller_type():
    lists = part("lists")
    assert len(lists.columns) == 6
    assert not is_dense(headed(lists, "Licences of the year"), "list_name")
    assert is_dense(headed(lists, "Ausfuhrgenehmigungen des Jahres"), "list_name")


def test_many_columns_want_smaller_type_whatever_they_say():
    lists = headed(part("lists"), "a")
    assert not is_dense(lists, "list_name")
    assert is_dense(replace(lists, columns=(*lists.columns, *lists.columns[1:3])), "list_name")


def test_a_column_of_codes_is_told_from_one_of_words():
    entries = part("entries")
    assert {"list_code"} <= columns_of_codes(entries) < {column.name for column in entries.columns if column.is_text}
    assert "primary_name" not in columns_of_codes(entries)
