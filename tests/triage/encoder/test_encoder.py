"""The encoder by its public door: the committed weights, hostile text, and what happens without it."""

import hashlib
import json
from collections import Counter

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.triage.encoder.encoder import WEIGHTS_FILE, Encoder
from earshot.triage.encoder.network import Network
from earshot.triage.encoder.pieces import MAX_CHARACTERS
from earshot.triage.encoder.scores import EncoderInput, StakeKind
from earshot.triage.judgement import Intent
from infra.corpus.encoder.card import card_file, held_out_figures
from infra.corpus.posts import HELD_OUT, TRAINING, digest, read_posts

WEIGHTS = WEIGHTS_FILE
CARD = json.loads(card_file(WEIGHTS).read_text("utf-8"))
HOSTILE = [
    "",
    " ",
    "\0",
    "\ud800 lone",
    "\ufdfa" * 1_000,
    "a" * 25_000,
    "@" * 25_000,
    "https://" + "x" * 25_000,
    "\u202e\u2066 right to left",
    "e" + "\u0301" * 5_000,
    "&#" + "9" * 5_000 + ";",
    "\U0001f469\u200d\U0001f467" * 500,
    "1" * 5_000,
    # Signs whose names are long.
    "".join(map(chr, range(0x1CF50, 0x1CFC0))) * 10,
    "\U0001f1ec\U0001f1e7" * 500,
]


def refuse(error: Exception) -> None:
    raise error


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(refuse)


def inputs(*texts: str) -> list[EncoderInput]:
    return [EncoderInput(text) for text in texts]


class TestTheWeights:
    def test_they_belong_to_the_corpus_and_to_their_card(self):
        posts = list(read_posts(TRAINING))
        assert (CARD["corpus"], CARD["posts"]) == (digest(posts), len(posts)), "run `make encoder`, and commit"
        assert CARD["sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
        assert WEIGHTS.stat().st_size < 25_000_000

    @pytest.mark.slow
    def test_they_score_what_the_card_says(self):
        figures = held_out_figures(WEIGHTS)
        assert list(figures) == list(CARD["held_out"])
        for language, found in figures.items():
            assert found == pytest.approx(CARD["held_out"][language], abs=0.005), language

    def test_each_language_has_its_share_of_the_corpus(self):
        posts = [*read_posts(TRAINING), *read_posts(HELD_OUT)]
        by_language = Counter(post.language for post in posts)
        assert min(by_language[language] for language in ("es", "pt", "fr", "de", "it", "ar")) >= 300
        urgent = [post for post in posts if post.urgent and post.stake is not None]
        assert min(Counter(post.stake for post in urgent)[stake] for stake in StakeKind) >= 90


class TestReading:
    def test_it_tells_a_complaint_from_praise_and_from_a_question(self, encoder):
        complaint, praise, question = encoder.read(
            inputs(
                "@AcmeAir my suitcase has been missing for two weeks and nobody answers",
                "@AcmeAir what a lovely crew today, thank you so much",
                "@AcmeAir do you fly to Lisbon in winter?",
            )
        )
        assert complaint.complaint > 0 > max(praise.complaint, question.complaint)
        assert max(praise.others, key=praise.others.get) is Intent.PRAISE
        assert max(question.others, key=question.others.get) is Intent.QUESTION
        assert complaint.urgent > max(praise.urgent, question.urgent)
        assert complaint.displeased > 0 > praise.displeased

    def test_what_was_said_before_counts(self, encoder):
        answer = "Please restart your router and let us know."
        alone, told = encoder.read(
            [
                EncoderInput("done, still nothing"),
                EncoderInput("done, still nothing", answer, ("@Zentel no internet since Monday, third time I write",)),
            ]
        )
        assert told.urgent > alone.urgent
        assert told.complaint > 0

    def test_another_language_is_read_by_the_network_that_knows_it(self, encoder):
        texts = {
            "es": (
                "@AcmeAir llevo dos horas esperando y nadie contesta",
                "@AcmeAir gracias, qué bien todo",
            ),
            "de": (
                "@AcmeAir seit zwei Wochen keine Antwort, unverschämt",
                "@AcmeAir danke, hat super geklappt",
            ),
            "ar": ("@AcmeAir خدمة سيئة جدا ولا أحد يرد", "@AcmeAir شكرا خدمة ممتازة"),
        }
        for language, (bad, good) in texts.items():
            worse, better = encoder.read([EncoderInput(text, language=language) for text in (bad, good)])
            assert worse.complaint > better.complaint, language
            assert worse.displeased > 0 > better.displeased, language

    def test_posts_of_many_languages_keep_their_order(self, encoder):
        languages = ["en", "es", None, "ar", "en", "de"]
        posts = [EncoderInput(f"nothing works {number}", language=one) for number, one in enumerate(languages)]
        assert encoder.read(posts) == [encoder.read([post])[0] for post in posts]

    def test_a_post_of_unknown_language_is_read_as_english(self, encoder):
        assert encoder.read([EncoderInput("my bag is lost", language="en")]) == encoder.read(inputs("my bag is lost"))

    def test_letters_in_disguise_are_read_as_plain_ones(self, encoder):
        plain, styled = encoder.read(inputs("my card was charged twice", "𝗺𝘆 𝗰𝗮𝗿𝗱 𝘄𝗮𝘀 𝗰𝗵𝗮𝗿𝗴𝗲𝗱 𝘁𝘄𝗶𝗰𝗲"))
        assert plain == styled

    @settings(max_examples=12)
    @given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=6), seed=st.randoms())
    def test_a_post_is_read_the_same_alone_and_in_any_company(self, encoder, texts, seed):
        together = encoder.read(inputs(*texts))
        assert together == [encoder.read(inputs(text))[0] for text in texts]
        order = list(range(len(texts)))
        seed.shuffle(order)
        assert encoder.read(inputs(*(texts[place] for place in order))) == [together[place] for place in order]

    def test_copies_are_read_once(self, encoder, monkeypatch):
        asked: list[int] = []
        read = Network.read
        monkeypatch.setattr(Network, "read", lambda network, posts: asked.append(len(posts)) or read(network, posts))
        first, other, second = encoder.read(inputs("@Zentel is it down?", "@Zentel hi", "@zentel  is it down?"))
        assert (asked, first) == ([2], second)
        assert other != first

    def test_hostile_text_is_read_like_any_other(self, encoder):
        for scores in encoder.read([EncoderInput(text, language=one) for text in HOSTILE for one in ("en", "ar")]):
            numbers = [scores.complaint, scores.urgent, scores.displeased, *scores.others.values()]
            assert all(numpy.isfinite(numbers))

    def test_what_is_read_of_a_post_is_limited(self, encoder):
        start = "my flight is cancelled and I am stranded at the airport with a baby " * 12
        assert len(start) > MAX_CHARACTERS
        assert encoder.read(inputs(start)) == encoder.read(inputs(start + "x" * 20_000))


class TestWithoutIt:
    def test_no_file_is_told_once_and_nothing_is_read(self, tmp_path):
        told: list[Exception] = []
        encoder = Encoder(told.append, tmp_path / "weights.npz")
        assert encoder.read(inputs("a", "b")) == encoder.read(inputs("a", "b")) == [None, None]
        (error,) = told
        assert isinstance(error, FileNotFoundError)
        assert "weights.npz" in str(error)

    def test_a_broken_file_is_told_and_nothing_is_read(self, tmp_path):
        told: list[Exception] = []
        file = tmp_path / "weights.npz"
        file.write_bytes(WEIGHTS.read_bytes()[:1_000_000])
        assert Encoder(told.append, file).read(inputs("a")) == [None]
        assert len(told) == 1
