"""The fetch function as Lambda calls it: real clients on moto, the real Tweepy on the X stand-in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import fetch
from earshot.mentions.brands.table import BrandsTable
from earshot.mentions.mention import Author
from infra.local.x.api import XApi
from infra.local.x.description import ApiVersion
from infra.local.x.faults import FORBIDDEN
from tests.fakes import FakeClock
from tests.mentions.fakes import NIMBUS, post

pytestmark = pytest.mark.slow


@dataclass
class Context:
    """Lambda's context; ``left`` are the milliseconds that it says remain, call by call, the last for ever."""

    left: list[int] = field(default_factory=lambda: [60_000])
    function_name: str = "fetch"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn"
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


@dataclass
class Deployed:
    api: XApi
    clock: FakeClock
    environ: dict[str, str]
    sqs: Any
    secrets: Any

    def run(self, **advance: float) -> dict[str, Any]:
        self.clock.advance(**advance)
        return fetch.build(self.environ, self.clock)({}, Context())

    def queued(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(QueueUrl=self.environ["MENTION_QUEUE_URL"], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [json.loads(message["Body"]) for message in got]
        return found


@pytest.fixture(params=[ApiVersion.V2_166, ApiVersion.V2_167], ids=lambda version: f"x{version}")
def deployed(request: pytest.FixtureRequest) -> Iterator[Deployed]:
    clock = FakeClock()
    with mock_aws(), XApi(handles=["NimbusAir"], until=clock, version=request.param) as api:
        sqs, secrets = boto3.client("sqs"), boto3.client("secretsmanager")
        boto3.client("dynamodb").create_table(
            TableName="sources",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        secrets.create_secret(Name="x", SecretString=json.dumps({"bearer_token": api.token}))
        environ = {
            "BRAND_HANDLES": "@NimbusAir",
            "SEARCH_TERMS": "nimbus air",
            "MENTION_QUEUE_URL": sqs.create_queue(QueueName="mentions")["QueueUrl"],
            "MENTION_DEAD_LETTER_QUEUE_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
            "SOURCE_TABLE": "sources",
            "X_SECRET_ID": "x",
            "X_API_URL": api.url,
        }
        yield Deployed(api, clock, environ, sqs, secrets)


def test_every_feed_is_read_into_the_queue(deployed: Deployed) -> None:
    deployed.api.add(
        post(1, "@NimbusAir hello", minutes=-3),
        post(2, "@jane hello", minutes=-2, author=NIMBUS, in_reply_to_id="1000001"),
        post(3, "I flew nimbus air", minutes=-1),
    )
    summary = deployed.run()
    assert summary["sources"] == dict.fromkeys(
        ("x#mentions#NimbusAir", "x#own#NimbusAir", "x#search#nimbus air"), "baseline"
    )
    assert (summary["posts_read"], summary["queued"], summary["rejected"]) == (3, 3, 0)
    assert {record["id"] for record in deployed.queued()} == {"1000001", "1000002", "1000003"}
    assert set(deployed.run(minutes=1)["sources"].values()) == {"ok"}


def test_one_source_that_is_refused_leaves_the_others_alone(deployed: Deployed) -> None:
    deployed.api.add(post(1, "@NimbusAir nimbus air", minutes=-1))
    deployed.api.inject(FORBIDDEN)
    summary = deployed.run()
    assert sorted(summary["sources"].values()) == ["baseline", "baseline", "forbidden"]
    assert summary["queued"] >= 1


def test_a_secret_without_a_token_is_a_state_and_no_crash(deployed: Deployed) -> None:
    deployed.secrets.put_secret_value(SecretId="x", SecretString="{}")
    assert set(deployed.run()["sources"].values()) == {"unauthorised"}
    deployed.secrets.put_secret_value(SecretId="x", SecretString=json.dumps({"bearer_token": deployed.api.token}))
    assert set(deployed.run(minutes=1)["sources"].values()) == {"baseline"}


def test_a_queue_that_is_gone_fails_the_run_after_every_source_was_tried(deployed: Deployed) -> None:
    deployed.api.add(post(1, "@NimbusAir nimbus air", minutes=-1))
    deployed.sqs.delete_queue(QueueUrl=deployed.environ["MENTION_QUEUE_URL"])
    with pytest.raises(ExceptionGroup, match="2 of 3 sources") as raised:
        deployed.run()
    assert all(isinstance(error, ClientError) for error in raised.value.exceptions)
    assert len([call for call in deployed.api.calls if "username" not in call.path and call.status == 200]) == 3


def test_a_source_for_which_no_time_is_left_is_not_begun(deployed: Deployed) -> None:
    summary = fetch.build(deployed.environ, deployed.clock)({}, Context(left=[60_000, 1_000]))
    assert len(summary["sources"]) == 1


def test_a_dashboard_sees_what_was_read_and_what_is_silent(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.api.add(post(1, "@NimbusAir hello", minutes=-1))
    deployed.run()
    deployed.api.inject(*[FORBIDDEN] * 3)
    (numbers,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (numbers["PostsRead"], "SourcesSilent" in numbers) == ([1.0], False)
    deployed.run(minutes=20)
    (numbers,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (numbers["SourcesSilent"], "PostsRead" in numbers) == ([3.0], False)


def test_a_minute_in_which_nothing_happens_sends_no_metric_that_would_be_paid_for(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.run()
    capsys.readouterr()
    deployed.run(minutes=1)
    assert '"_aws"' not in capsys.readouterr().out


def test_an_account_that_vanished_is_counted_from_the_first_run_on(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.run()
    deployed.api.close_account("NimbusAir")
    capsys.readouterr()
    summary = deployed.run(minutes=1)
    numbers = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line][-1]
    assert sorted(summary["sources"].values()) == ["account_gone", "account_gone", "ok"]
    assert numbers["SourcesSilent"] == [2.0]


def test_a_post_that_three_sources_bring_is_queued_and_booked_once(deployed: Deployed) -> None:
    deployed.run()
    deployed.api.add(post(1, "@NimbusAir nimbus air", minutes=0.5))
    summary = deployed.run(minutes=1)
    assert (summary["posts_read"], summary["queued"]) == (2, 1)
    assert len(deployed.queued()) == 1


def test_each_minute_another_source_goes_first(deployed: Deployed) -> None:
    first = []
    for _ in range(3):
        before = len(deployed.api.calls)
        deployed.run(minutes=1)
        paths = [call.path for call in deployed.api.calls[before:] if "username" not in call.path]
        first.append(paths[0].rsplit("/", 1)[1])
    assert sorted(first) == ["mentions", "recent", "tweets"]


# ------------------------------------------------------------------------------------- the brands that an operator puts

ZEPHYR = Author("9001", "Zephyr", "Zephyr", 500)
TWO = '[[brands]]\nhandles = ["NimbusAir"]\n[[brands]]\nhandles = ["Zephyr"]\nsearch_terms = ["zephyr rail"]'
MINE = {"x#mentions#NimbusAir", "x#own#NimbusAir"}
THEIRS = {"x#mentions#Zephyr", "x#own#Zephyr", "x#search#zephyr rail"}
one_version = pytest.mark.parametrize("deployed", [ApiVersion.V2_167], indirect=True)


class Operated:
    """One instance of the function, which stays warm, and the table that an operator writes."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.table = BrandsTable(boto3.client("dynamodb"), "sources")
        self.handler = fetch.build(deployed.environ, deployed.clock)
        deployed.api.add(post(90, "@Zephyr is what we are", minutes=-300, author=ZEPHYR))

    def put(self, text: str) -> None:
        self.table.write(text, self.deployed.clock())

    def run(self, minutes: float = 1) -> dict[str, str]:
        """The state of each source that a run of the next minute reads."""
        self.deployed.clock.advance(minutes=minutes)
        return self.handler({}, Context())["sources"]


@pytest.fixture
def operated(deployed: Deployed) -> Operated:
    return Operated(deployed)


@one_version
def test_brands_that_are_put_are_read_at_the_next_run_the_new_ones_from_a_baseline(operated: Operated) -> None:
    operated.run()
    operated.put(TWO)
    operated.deployed.api.add(post(1, "@Zephyr my train is late", minutes=0.5), post(2, "@NimbusAir hi", minutes=1.5))
    states = operated.run()
    assert {source for source, state in states.items() if state == "ok"} == MINE
    assert {source for source, state in states.items() if state == "baseline"} == THEIRS
    queued = {record["id"]: (record["brand"], record["baseline"]) for record in operated.deployed.queued()}
    assert queued == {
        "1000001": ("Zephyr", True),
        "1000002": ("NimbusAir", False),
        "1000090": ("Zephyr", True),
    }
    assert set(operated.run().values()) == {"ok"}


@one_version
def test_a_brand_that_is_taken_out_is_not_read_and_goes_on_from_its_checkpoint_when_it_is_back(
    operated: Operated,
) -> None:
    operated.put(TWO)
    assert set(operated.run()) == MINE | THEIRS
    operated.put('[[brands]]\nhandles = ["NimbusAir"]')
    assert set(operated.run()) == MINE
    operated.deployed.api.add(post(3, "@Zephyr my train is late", minutes=2.5))
    operated.deployed.queued()
    assert set(operated.run()) == MINE
    assert operated.deployed.queued() == []
    operated.put(TWO)
    assert operated.run()["x#mentions#Zephyr"] == "ok"
    assert [(record["id"], record["baseline"]) for record in operated.deployed.queued()] == [("1000003", False)]


@one_version
def test_brands_that_cannot_be_used_leave_the_last_good_ones_and_are_counted(
    operated: Operated, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    operated.put(TWO)
    operated.run()
    operated.put('[[brands]]\nhandles = ["Nimbus Air"]')
    capsys.readouterr()
    assert set(operated.run()) == MINE | THEIRS
    lines = capsys.readouterr().out.splitlines()
    assert "copy it from the profile" in caplog.text
    assert any(json.loads(line).get("SettingsRefused") == [1.0] for line in lines if '"_aws"' in line)


@one_version
def test_where_the_table_cannot_be_read_nothing_is_read_by_parameters_of_long_ago(
    operated: Operated, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [ClientError({"Error": {"Code": "Throttled", "Message": "later"}}, "GetItem")]
    read = BrandsTable.read

    def read_later(table: BrandsTable) -> str:
        if failures:
            raise failures.pop()
        return read(table)

    monkeypatch.setattr(BrandsTable, "read", read_later)
    operated = Operated(operated.deployed)  # a cold start
    operated.put(TWO)
    with pytest.raises(ClientError):
        operated.run()
    assert operated.deployed.api.calls == []
    assert set(operated.run()) == MINE | THEIRS


@one_version
def test_search_terms_that_are_for_no_brand_leave_the_handles_heard(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    deployed.environ["SEARCH_TERMS"] = "Zephyr=zephyr rail"
    capsys.readouterr()
    assert set(deployed.run()["sources"]) >= MINE
    lines = capsys.readouterr().out.splitlines()
    assert "is for 'Zephyr', which is no handle" in caplog.text
    assert any(json.loads(line).get("SettingsRefused") == [1.0] for line in lines if '"_aws"' in line)
