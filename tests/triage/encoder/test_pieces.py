"""Cutting a text into pieces: by likelihood, and by the longest beginning."""

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.encoder.pieces import PieceTokenizer, plain_text
from earshot.triage.encoder.word_pieces import WordPieceTokenizer


class TestByLikelihood:
    PIECES: ClassVar = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581ab", "a", "b", "c", "bc"]
    SCORES: ClassVar = [0.0, 0.0, 0.0, 0.0, -3.0, -2.0, -4.0, -4.0, -4.0, -5.0]

    def test_the_likeliest_pieces_are_found(self):
        tokenizer = PieceTokenizer(self.PIECES, self.SCORES)
        # "▁ab" and "c" weigh -6, "▁", "a" and "bc" -12; "x" is unknown.
        assert tokenizer.encode("abc", 10) == [5, 8]
        assert tokenizer.encode("a", 10) == [4, 6]
        assert tokenizer.encode("ax", 10) == [4, 6, 3]
        assert tokenizer.encode("abc abc", 3) == [5, 8, 5]

    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("@AcmeAir HELP!!!", "@user help!!!"),
            ("soooooo slow", "sooo slow"),
            ("see https://example.com/a?b now", "see http now"),
            ("a\u200bb\u00adc", "abc"),
            ("  two\n lines ", "two lines"),
        ],
    )
    def test_plain_text(self, text, plain):
        assert plain_text(text) == plain


class TestByLongestBeginning:
    PIECES: ClassVar = [
        "[CLS]",
        "[PAD]",
        "[SEP]",
        "[UNK]",
        "un",
        "##able",
        "a",
        "##ble",
        "bag",
        "##s",
        "!",
        "@",
        "user",
        "face",
        "with",
        "tears",
        "of",
        "joy",
        "-",
        "upside",
        "down",
        "\u2606",
    ]
    TOKENIZER: ClassVar = WordPieceTokenizer(PIECES)

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("bags", [8, 9]),
            ("unable", [4, 5]),
            ("able", [6, 7]),
            ("Bágs!!", [8, 9, 10, 10]),
            ("@AcmeAir bag", [11, 12, 8]),
            # What no piece begins is unknown as a whole, and does not hide its neighbours.
            ("bagx bag", [3, 8]),
            ("bag\u65e5bag", [8, 3, 8]),
            # An emoji is read by its name, as far as its words are known.
            ("bag\U0001f602bag", [8, 13, 14, 15, 16, 17, 8]),
            ("bag \U0001f643", [8, 19, 18, 20, 13]),
            ("bag \U0001f600", [8, 13]),
            # A sign that is a piece is read as it is: it needs no name.
            ("bag \u2606", [8, 21]),
            # The words of a name that no piece has are left out, and a sign with no known word is one unknown piece.
            ("bag \U0001f3b2", [8, 3]),
        ],
    )
    def test_a_word_is_cut_into_what_is_known(self, text, numbers):
        assert self.TOKENIZER.encode(text, 10) == numbers

    def test_no_more_than_asked(self):
        assert self.TOKENIZER.encode("bags bags bags", 3) == [8, 9, 8]

    def test_no_more_is_remembered_of_a_word_than_is_read(self):
        assert (
            self.TOKENIZER.encode("\U0001f602" * 3 + "\U0001f643\U0001f602" * 20, 1_000)
            == ([13, 14, 15, 16, 17] * 3 + [19, 18, 20, 13, *[13, 14, 15, 16, 17]] * 6)[:64]
        )

    @given(text=st.text(max_size=200))
    def test_any_text_is_cut_into_numbers_of_pieces(self, text):
        assert set(self.TOKENIZER.encode(text, 50)) <= set(range(3, len(self.PIECES)))
