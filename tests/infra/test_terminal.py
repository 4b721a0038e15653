"""Words of strangers in a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from infra.terminal import fitted, plain


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\r\nlines\tand  blanks ", "two lines and blanks"),
        ("red \x1b[31mink\x07", "red [31mink"),
        ("\u202egnorw eht yaw", "gnorw eht yaw"),
        ("half \ud83d an emoji", "half an emoji"),
        ("café 酸素 😡", "café 酸素 😡"),
    ],
)
def test_what_moves_the_cursor_is_gone_and_words_stay(text: str, line: str) -> None:
    assert plain(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("exactly ten", "exactly ten"),
        ("eleven and more", "eleven and…"),
        ("one blank  more", "one blank…"),
        ("酸素マスクが", "酸素マスク…"),
        ("a酸素マスクが", "a酸素マス…"),
        ("酸素マスクa", "酸素マスクa"),
        ("cafe\u0301s cafe\u0301s", "cafe\u0301s cafe\u0301s"),
        ("👍🏽👍🏽👍🏽👍🏽👍🏽a", "👍🏽👍🏽👍🏽👍🏽👍🏽a"),
        ("👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽", "👍🏽👍🏽👍🏽👍🏽👍🏽…"),
    ],
)
def test_a_line_is_cut_where_the_columns_end(text: str, line: str) -> None:
    assert fitted(text, 11) == line


@given(st.text(), st.integers(min_value=1, max_value=20))
def test_no_line_is_wider_than_it_may_be(text: str, most: int) -> None:
    line = fitted(text, most)
    assert 0 <= wcswidth(line) <= most
    assert line.isprintable()
    assert line == plain(text) or line.endswith("…")
