"""Comprehend and the reader out of order: posts are judged without them, in time, and it is told."""

from collections.abc import Iterator
from typing import Any

import pytest

from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import Analyzer
from earshot.triage.voice_table import Voice, VoiceTable
from tests.deployed import sqs_record
from tests.fakes import a_mention
from tests.outages.server import Fault
from tests.outages.world import World, world

pytestmark = pytest.mark.slow

TEXTS = (
    ("en", "@NimbusAir you lost my suitcase and nobody answers the phone, I am furious"),
    ("es", "@NimbusAir su servicio es pésimo, perdieron mi maleta"),
)
# A service that takes its time is asked once a minute; one that fails at once, until it has failed three times.
SLOW = (Fault.HANG, Fault.TRICKLE)


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which Comprehend may cost something."""
    with world(monkeypatch, COMPREHEND_MONTHLY_SPEND_LIMIT="20") as made:
        yield made


def batch(first: int = 1) -> dict[str, Any]:
    """Posts of two people in two languages, from number ``first`` on."""
    return {"Records": [sqs_record(f"m{n}", posted(n)) for n in range(first, first + len(TEXTS))]}


def posted(number: int) -> Any:
    language, text = TEXTS[number % len(TEXTS)]
    author = Author(f"a{number}", f"person{number}")
    return a_mention(str(number), text, conversation_id=str(number), author=author, language=language)


def stored(judging: World, number: int) -> StoredMention:
    found = judging.made.cases.post(f"x#{number}")
    assert isinstance(found, StoredMention)
    return found


def noted(judging: World) -> list[Voice]:
    """The voices that the console says are out. There are no weights for the encoder here."""
    return [one.voice for one in VoiceTable(judging.made.client, "SourceTable").failures()]


def test_without_comprehend_every_post_is_judged_by_the_lexicon_in_time_and_it_is_told(
    judging: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for place, fault in enumerate(Fault):
        caplog.clear()
        first = 1 + 4 * place
        with judging.broken("comprehend", fault) as server:
            done = judging.call("classify", batch(first))
            assert (done.answer, done.error) == ({"batchItemFailures": []}, None), fault
            assert done.is_in_time, fault
            for number in range(first, first + 2):
                sentiment = stored(judging, number).judgement.sentiment
                assert sentiment is not None
                assert sentiment.analyzer is Analyzer.LEXICON, fault
            silent, refused = '"VoiceSilent"', '"VoiceOut"'
            said = capsys.readouterr().out
            assert silent in said or refused in said, fault
            named = [vars(entry).get("voice") for entry in caplog.records if "lexicon judges" in entry.message]
            assert named, fault
            assert set(named) == {"comprehend"}, fault
            assert any("in place of Comprehend" in entry.message for entry in caplog.records), fault
            if fault in SLOW:
                # Two languages, and it is asked about the first alone.
                assert server.requests == 1, fault
            if fault not in (Fault.HANG, Fault.UNKNOWN):
                continue
            asked = server.requests
            assert judging.call("classify", batch(first + 2)).seconds == 0, fault
            assert server.requests == asked, fault
            told = [entry for entry in caplog.records if "is asked once a minute" in entry.message]
            assert len(told) == 1, fault
            assert "ComprehendMonthlySpendLimit to 0" in vars(told[0])["remedy"]

    assert noted(judging) == [Voice.COMPREHEND, Voice.ENCODER]


def test_a_clear_post_waits_for_no_service_that_hangs_and_nothing_is_told(
    judging: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with judging.broken("comprehend", Fault.HANG) as server:
        done = judging.call("classify", batch(), COMPREHEND_POSTS="unsure")
        assert (done.answer, server.requests) == ({"batchItemFailures": []}, 0)
    assert "VoiceSilent" not in capsys.readouterr().out


def test_after_a_minute_comprehend_is_asked_once_and_if_it_is_still_out_not_again(judging: World) -> None:
    with judging.broken("comprehend", Fault.HANG) as server:
        judging.call("classify", batch())
        judging.made.clock.advance(minutes=2)
        judging.call("classify", batch(3))
        judging.call("classify", batch(5))
        assert server.requests == 2


def test_a_limit_of_zero_asks_nobody_and_alarms_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with world(monkeypatch) as judging, judging.broken("comprehend", Fault.HANG) as server:
        assert judging.call("classify", batch()).answer == {"batchItemFailures": []}
        assert server.requests == 0
    assert "OverBudget" not in capsys.readouterr().out
    # Only the encoder, which has no weights here.
    assert {vars(entry)["voice"] for entry in caplog.records if "voice" in vars(entry)} == {"encoder"}


def test_without_the_reader_posts_are_judged_in_time_and_it_is_told(
    judging: World, capsys: pytest.CaptureFixture[str]
) -> None:
    model = {"READER_MODEL_ID": "some.model", "COMPREHEND_MONTHLY_SPEND_LIMIT": "0"}
    for place, fault in enumerate(Fault):
        first = 1 + 4 * place
        with judging.broken("bedrock", fault) as server:
            done = judging.call("classify", batch(first), **model)
            assert (done.answer, done.error) == ({"batchItemFailures": []}, None), fault
            assert done.is_in_time, fault
            rules = [stored(judging, number).judgement.reasons[-1].rule for number in range(first, first + 2)]
            assert "reader.silent" in rules, fault
            said = capsys.readouterr().out
            assert '"VoiceSilent"' in said or '"VoiceOut"' in said, fault
            if fault is Fault.HANG:
                assert server.requests == 1, fault
                assert judging.call("classify", batch(first + 2)).seconds == 0, fault
                assert server.requests == 1, fault
    assert noted(judging) == [Voice.ENCODER, Voice.READER]


def test_an_encoder_that_cannot_be_loaded_is_a_voice_that_is_out(
    judging: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judging.call("classify", batch(), COMPREHEND_MONTHLY_SPEND_LIMIT="0").answer == {"batchItemFailures": []}
    assert '"VoiceOut"' in capsys.readouterr().out
    assert noted(judging) == [Voice.ENCODER]
