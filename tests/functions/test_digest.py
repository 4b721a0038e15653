"""The digest function on the embedded cloud: one mail a day, never before its hour, and none lost."""

import contextlib
import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from earshot.errors import EarshotError
from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.reports.digest.log import DigestLog
from earshot.reports.digest.text import SECOND_COPY
from earshot.triage.judgement import Intent
from infra.cli.main import main
from infra.local.lambdas.invoker import LambdaContext
from infra.local.recipients import RECIPIENTS
from infra.ops.digest import digest_of
from infra.ops.stack import Stack, StackError
from tests.deployed import Running
from tests.fakes import a_judgement, a_mention

pytestmark = pytest.mark.engine

READERS = [RECIPIENTS["LeadEmail"], RECIPIENTS["OnCallEmail"]]


def mails(running: Running) -> list[dict]:
    return running.cloud.inbox.collect()


def in_zone(running: Running, zone: str, hour: int = 8) -> Callable[[], bool]:
    """The function as a stack with other parameters would have it; each call says whether a digest was sent."""
    environ = running.invoker.environ("DigestFunction") | {"DIGEST_TIMEZONE": zone, "DIGEST_HOUR": str(hour)}
    handle = importlib.import_module("digest").build(environ, running.clock)
    return lambda: handle({}, LambdaContext("digest"))["sent"]


def hours(running: Running, first: datetime, count: int, run: Callable[[], bool]) -> list[datetime]:
    """The hours from ``first`` on at which a digest was sent."""
    sent = []
    for number in range(count):
        running.clock.now = first + timedelta(hours=number)
        if run():
            sent.append(running.clock.now)
    return sent


def test_one_mail_a_day_goes_to_on_call_and_to_the_lead(running):
    sent = hours(running, datetime(2026, 11, 21, tzinfo=UTC), 48, running.digest)
    assert sent == [datetime(2026, 11, day, 8, tzinfo=UTC) for day in (21, 22)]
    got = mails(running)
    assert [mail["to"] for mail in got] == READERS * 2
    assert {mail["channel"] for mail in got} == {"email"}
    assert got[0]["subject"].startswith("Earshot 2026-11-21: 0 overdue")


@pytest.mark.parametrize(
    ("first", "sent"),
    [
        # 23 hours from one morning to the next, then 25.
        (
            datetime(2026, 3, 28, tzinfo=UTC),
            [datetime(2026, 3, 28, 7, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)],
        ),
        (
            datetime(2026, 10, 24, tzinfo=UTC),
            [datetime(2026, 10, 24, 6, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)],
        ),
    ],
    ids=["spring", "autumn"],
)
def test_it_comes_at_the_same_local_hour_when_the_clocks_change(running, first, sent):
    assert hours(running, first, 48, in_zone(running, "Europe/Berlin")) == sent


def test_an_hour_that_the_clocks_repeat_sends_once_and_one_that_they_skip_is_made_up_for(running):
    repeated = hours(running, datetime(2026, 10, 24, 22, tzinfo=UTC), 24, in_zone(running, "Europe/Berlin", 2))
    assert repeated == [datetime(2026, 10, 25, 0, tzinfo=UTC)]
    skipped = hours(running, datetime(2026, 3, 28, 23, tzinfo=UTC), 23, in_zone(running, "Europe/Berlin", 2))
    assert skipped == [datetime(2026, 3, 29, 1, tzinfo=UTC)]


def test_nothing_is_sent_before_the_hour(running):
    running.clock.now = datetime(2026, 11, 21, 7, 59, 59, tzinfo=UTC)
    assert not running.digest()
    assert mails(running) == []


def test_a_digest_that_was_not_confirmed_is_sent_once_more_says_so_and_no_third_time(running):
    with running.refusing("UpdateItem", when=lambda body: "SET sent_at" in body):
        for _ in range(12):
            with contextlib.suppress(ClientError):
                running.digest()
            # Lambda's own retries come within minutes.
            running.clock.advance(minutes=20)
    got = mails(running)
    assert [mail["to"] for mail in got] == READERS * 2
    assert [mail["text"].startswith(SECOND_COPY) for mail in got] == [False, False, True, True]
    running.clock.advance(hours=1)
    assert not running.digest()


def test_where_the_day_cannot_be_claimed_nothing_is_sent(running):
    with running.refusing("UpdateItem", when=lambda body: "DIGEST#" in body), pytest.raises(Exception, match="bad day"):
        running.digest()
    assert mails(running) == []
    assert running.digest()
    assert [mail["to"] for mail in mails(running)] == READERS


def test_a_morning_without_sns_is_made_up_for_later_that_day(running):
    with running.refusing("Publish"), pytest.raises(Exception, match="bad day"):
        running.digest()
    assert mails(running) == []
    running.clock.advance(hours=7)
    assert running.digest()
    assert [mail["to"] for mail in mails(running)] == READERS


def test_a_run_that_another_one_overtook_ends_well(running):
    log = DigestLog(running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs["CaseTableName"])
    # The other one claims the day while this one gathers its digest: two runs at once send one mail.
    with running.refusing("UpdateItem", when=lambda body: log.claim(running.clock().date(), running.clock()) and False):
        assert not running.digest()
    assert mails(running) == []
    assert not running.digest()


def hear(running: Running, number: int, **changes) -> None:
    intent, urgency = changes.pop("intent", Intent.COMPLAINT), changes.pop("urgency", 65)
    given = {"conversation_id": str(number), "author": Author(f"a{number}", f"a{number}", followers=number)} | changes
    created_at = given.pop("created_at", running.clock() - timedelta(hours=2))
    running.hear(
        a_mention(str(number), f"@NimbusAir number {number}", created_at=created_at, **given),
        a_judgement(intent, urgency),
    )


@pytest.fixture
def morning(running: Running) -> Running:
    """Eight in the morning: a late complaint, one of yesterday's period, praise after a complaint, a silent source."""
    running.clock.now = datetime(2026, 11, 21, 8, tzinfo=UTC)
    day = timedelta(days=1)
    hear(running, 1)
    hear(running, 2, created_at=running.clock() - 2 * day, author=Author("a4", "a4", followers=4), urgency=40)
    hear(running, 3, intent=Intent.PRAISE, urgency=2)
    hear(running, 4, intent=Intent.PRAISE, urgency=2)
    hear(running, 5, created_at=running.clock() - timedelta(minutes=5), urgency=90)
    hear(running, 6, created_at=running.clock())
    key = "x#mentions#NimbusAir"
    held = running.sources.acquire(key, "me", running.clock() - day, timedelta(minutes=1))
    state = next_state(None, key, SourceStatus.UNAUTHORISED, "Set the token.", running.clock() - day)
    running.sources.save(key, "me", held.checkpoint, state)
    running.sources.spend("x", "2026-11", 12_340_000)
    running.clock.advance(minutes=1)
    return running


def test_the_mail_tells_what_came_in_what_is_late_and_what_is_wrong(morning):
    assert morning.digest()
    told = mails(morning)[0]["text"]
    assert "NEW POSTS: 4\ncomplaint 2, question 0, opportunity 0, praise 2, other 0\n" in told
    assert "2 complaints; the day before: 1\n" in told
    parts = ("OVERDUE: 2", "- HIGH, late by 61 min: @a1", "- NORMAL, late by 47 h: @a4")
    assert sorted(parts, key=told.index) == list(parts)
    assert "WAITING: 2 unassigned\n- CRITICAL, 9 min left: @a5" in told
    assert "PRAISE: 2 to say thanks for\n- @a4, reach 4; has complained before\n" in told
    assert "https://x.com/jane/status/1" in told
    assert "- x#mentions#NimbusAir: not read (unauthorised). Set the token." in told
    assert "- X: $12.34 of $50.00" in told


def test_it_reads_by_index_and_key_alone(morning):
    morning.calls.clear()
    morning.digest()
    asked = {operation for service, operation in morning.calls if service == "dynamodb"}
    assert asked == {"GetItem", "UpdateItem", "Query", "BatchGetItem"}


def test_the_mark_calls_no_notifier(running):
    running.digest()
    assert running.invoker.changes() == []


# ------------------------------------------------------------------------------------------------------ the command


def printed(running: Running, day: date | None = None) -> str:
    return digest_of(running.cloud.engine, running.cloud.stack, day, running.clock())


def test_the_command_prints_what_would_be_sent_and_sends_nothing(morning):
    told = printed(morning)
    assert mails(morning) == []
    assert morning.digest(), "it was not noted as sent"
    (mail, _) = mails(morning)
    assert told == f"Subject: {mail['subject']}\n\n{mail['text']}"


def test_another_day_tells_what_came_in_then(morning):
    told = printed(morning, date(2026, 11, 20))
    assert "covers 2026-11-19 08:00 to 2026-11-20 08:00." in told
    assert "NEW POSTS: 1\n" in told
    with pytest.raises(EarshotError, match="2026-11-22 is in the future"):
        printed(morning, date(2026, 11, 22))


def test_a_stack_without_a_digest_and_a_refusal_are_told_with_the_remedy(running):
    with pytest.raises(StackError, match="deploy this release"):
        digest_of(running.cloud.engine, Stack({}, {}, {}), None, running.clock())
    with pytest.raises(EarshotError, match="lambda:GetFunctionConfiguration"):
        digest_of(running.cloud.engine, Stack({}, {}, {"DigestFunction": "gone"}), None, running.clock())


def test_earshot_digest_asks_the_stack_that_is_named(running, monkeypatch):
    asked = []

    def open_stack(name: str, *, local: bool) -> tuple[object, Stack]:
        asked.append((name, local))
        return running.cloud.engine, running.cloud.stack

    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", open_stack)
    answer = CliRunner().invoke(main, ["digest", "--stack", "other", "--date", "2026-01-02"])
    assert (answer.exit_code, asked) == (0, [("other", False)])
    assert answer.output.startswith("Subject: Earshot 2026-01-02: ")
