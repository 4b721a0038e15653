"""CSV that a spreadsheet opens: every text comes back as it was, and none of them is a formula."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from earshot.reports.spreadsheet import as_csv

# What OWASP names, and what parts cells, rows and texts.
SIGNS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'", '"', ",", ";", " ", "a"])
CELLS = st.lists(SIGNS, max_size=6).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(CELLS, st.none() | CELLS | st.integers()), max_size=5))
def test_every_text_comes_back_and_none_is_a_formula(lines):
    text = as_csv([("one", "two"), *lines])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["one", "two"]
    assert [[cell.removeprefix("'") for cell in row] for row in rows[1:]] == [
        ["" if cell is None else str(cell).removeprefix("'") for cell in line] for line in lines
    ]
    texts = [
        (cell, given) for row, line in zip(rows[1:], lines, strict=True) for cell, given in zip(row, line, strict=True)
    ]
    assert not [cell for cell, given in texts if isinstance(given, str) and cell[:1] in set("=+-@\t\r\n＝＋－＠")]


def test_a_number_stays_one():
    assert as_csv([("reach",), (-5,)]) == "reach\r\n-5\r\n"


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(TEXTS | st.integers() | st.none(), min_size=2, max_size=4), min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_every_text_comes_back(rows):
    read = list(csv.reader(io.StringIO(as_csv(rows), newline="")))
    for row, cells in zip(rows, read, strict=True):
        for value, cell in zip(row, cells, strict=True):
            if isinstance(value, str):
                assert cell in (value, f"'{value}")
                assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
            else:
                assert cell == ("" if value is None else str(value))


def test_what_a_spreadsheet_would_run_is_text():
    assert as_csv([["=HYPERLINK(1)", "a=b", -1, "@mia"]]) == "'=HYPERLINK(1),a=b,-1,'@mia\r\n"
