"""Measured tables among prose: the one is replaced, the other stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.bench.document import END, BlockError, begin, fill, table
from infra.paths import ROOT

PAGE = f"# Cost\n\nProse.\n\n{begin('rates')}\nold\n{END}\n\nMore prose.\n\n{begin('bill')}\n{END}\n"


def test_a_block_is_replaced_and_the_prose_stays():
    rates, bill = (f"{begin(name)}\n\n{text}\n\n{END}" for name, text in (("rates", "42 a second"), ("bill", "$5")))
    filled = fill(PAGE, {"rates": "42 a second", "bill": "$5"})
    assert filled == f"# Cost\n\nProse.\n\n{rates}\n\nMore prose.\n\n{bill}\n"


prose = st.text(st.characters(exclude_characters="<"), max_size=40)


@given(prose, prose, prose)
def test_filling_twice_is_filling_once(before, text, after):
    page = f"{before}{begin('rates')}\n{END}{after}"
    filled = fill(page, {"rates": text})
    assert fill(filled, {"rates": text}) == filled
    assert filled.startswith(before)
    assert filled.endswith(after)


def test_a_block_that_the_page_lacks_is_named():
    with pytest.raises(BlockError, match="'starts'"):
        fill(PAGE, {"starts": "-"})


def test_a_block_without_an_end_is_named():
    with pytest.raises(BlockError, match="'rates' has no end"):
        fill(begin("rates"), {"rates": "-"})


def test_a_table_has_names_to_the_left_and_figures_to_the_right():
    assert table(("what", "rate"), [("pipeline", 42)]) == "| what | rate |\n| :-- | --: |\n| pipeline | 42 |"


def test_the_page_holds_measured_figures():
    page = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    blocks = [part.partition(END)[0] for part in page.split("<!-- measured: ")[1:]]
    assert len(blocks) >= 8
    assert all(len(block.splitlines()) > 3 for block in blocks)
