"""What somebody says who says hardly anything: an answer in a few words is talk, and a complaint in as few is none."""

import pytest

from earshot.triage.context import PostContext
from earshot.triage.judge import explain
from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import matching_cues
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES
from earshot.triage.terms.terms import NO_TERMS
from earshot.triage.tokenizer import tokenize


def cues(text: str) -> set[str]:
    return {cue.rule for cue in matching_cues((*CUES["en"], *EMOJI_CUES), tokenize(text, "en"), NO_TERMS)}


@pytest.mark.parametrize(
    "text",
    [
        "@acme okay thank you",
        "@acme I have, thanks so much",
        "@acme ok, I will send you a DM later",
        "@acme Done. Sent via DM",
        "@acme yes, 4417",
    ],
)
def test_an_answer_in_a_few_words_is_seen_as_one(text: str) -> None:
    assert "acknowledges" in cues(text)


@pytest.mark.parametrize(
    "text",
    [
        "@acme I have been waiting for three hours",
        "@acme I have no power and my baby is cold",
        "@acme I did not get my refund",
        "@acme I will never fly with you again",
        "@acme yes my house is flooding because of your engineer",
        "@acme sure, another delayed flight",
        "@acme ok so my flight is cancelled again",
        "@acme fixed? No. Still broken",
        "@acme done with you, worst airline ever",
        "@acme sent three emails and nobody answers",
    ],
)
def test_what_only_begins_as_such_an_answer_is_none(text: str) -> None:
    assert "acknowledges" not in cues(text)


@pytest.mark.parametrize("text", ["@acme 😡😡", "@acme ???", "@acme ❤️❤️", "@acme Верните деньги 300", "@acme 退款 300"])
def test_no_number_alone_is_what_an_emoji_a_question_mark_or_another_alphabet_says(text: str) -> None:
    assert "number_alone" not in cues(text)


def test_anger_in_emoji_alone_is_a_complaint() -> None:
    judged = explain("@acme 😡😡😡", language="en", sentiment=None, context=PostContext(addressed=True)).judgement
    assert judged.intent is Intent.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        "@acme you need to know how much I love this",
        "@acme I want to talk about how great the crew was",
        "@acme will you let me marry your pilot",
        "@acme correct the record: you are the best",
    ],
)
def test_praise_in_the_words_of_a_request_asks_for_no_help(text: str) -> None:
    assert "asks_help" not in cues(text)


@pytest.mark.parametrize(
    "text",
    [
        "@acme I need to speak to a person",
        "@acme would like to talk to a manager",
        "@acme can you let me know when",
        "@acme please correct my booking",
    ],
)
def test_a_request_for_help_is_seen_as_one(text: str) -> None:
    assert "asks_help" in cues(text)
