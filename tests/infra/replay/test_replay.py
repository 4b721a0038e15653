"""``earshot replay``: a small recorded day, put through the whole pipeline in its own time."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from earshot.cases.policy.policy import DEFAULT_LADDER
from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from infra.cli.main import main
from infra.local.recipients import RECIPIENTS
from infra.replay.replay import replay as run_replay

pytestmark = pytest.mark.engine

COLUMNS = ["id", "created_at", "author_id", "followers", "text", "in_reply_to_id"]
URGENT = "@NimbusAir you lost my suitcase, I am stranded at the airport and my insulin is in it"
# Two conversations, told by reply links alone: one urgent and answered after 41 minutes, one harmless and never.
ROWS = [
    ["100", "Wed Nov 01 10:00:20 +0000 2017", "7", "120", URGENT, ""],
    ["101", "2017-11-01T10:07:00Z", "7", "120", "@NimbusAir hello? anybody?", "100"],
    ["200", "2017-11-01T10:10:00Z", "8", "50", "@NimbusAir can I take a guitar on board?", ""],
    ["103", "2017-11-01T10:41:50Z", "NimbusAir", "", "@jane so sorry! Your reference, please. Mia", "101"],
    ["104", "2017-11-01T10:44:00Z", "7", "120", "@NimbusAir it is NA4471", "103"],
    ["300", "2017-11-01T11:00:00Z", "9", "", "landed with Nimbus, off to lunch", ""],
    ["105", "2017-11-01T11:05:00Z", "NimbusAir", "", "@jane found it, it is on its way to you", "104"],
]
AN_ALERT = {
    "id": str,
    "case_ids": list,
    "rung": int,
    "reason": str,
    "channel": str,
    "severity": str,
    "to": str,
    "at": str,
    "text": str,
}
A_MENTION = {
    "id": str,
    "source": str,
    "author_id": str,
    "created_at": str,
    "conversation_id": str,
    "own": bool,
    "language": str | None,
    "sentiment": str | None,
    "intent": str,
    "urgency": int,
    "severity": str,
    "reasons": list,
    "case_id": str | None,
}
A_CASE = {
    "id": str,
    "brand": str,
    "conversation_id": str,
    "author_id": str,
    "mention_ids": list,
    "intent": str,
    "severity": str,
    "urgency": int,
    "reasons": list,
    "status": str,
    "opened_at": str,
    "first_response_at": str | None,
    "first_response_seconds": int | None,
    "acknowledged_at": str | None,
}


@dataclass
class Replayed:
    """What a replay said and left behind."""

    result: Result
    out: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / f"{name}.jsonl").read_text("utf-8").splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.out / "summary.json").read_text("utf-8"))

    def case(self, conversation: str) -> dict[str, Any]:
        return next(case for case in self.lines("cases") if case["conversation_id"] == conversation)


def replay(file: Path, out: Path, *options: str) -> Replayed:
    result = CliRunner().invoke(main, ["replay", str(file), "--out", str(out), "--brand", "@NimbusAir", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return Replayed(result, out)


def write(file: Path, rows: list[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows([COLUMNS, *rows])
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def replayed(folder: Path) -> Replayed:
    return replay(write(folder / "posts.csv", ROWS), folder / "first", "--state", str(folder / "state"))


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    assert text.endswith("Z")
    assert moment.utcoffset() == timedelta(0)
    return moment


def test_it_ends_well_and_says_what_it_found(replayed: Replayed) -> None:
    assert replayed.result.exit_code == 0
    assert "Mentions" in replayed.result.stdout
    assert str(replayed.out) in replayed.result.stdout
    assert "\x1b" not in replayed.result.output


def test_no_row_is_lost(replayed: Replayed) -> None:
    assert [mention["id"] for mention in replayed.lines("mentions")] == [row[0] for row in ROWS]


def test_reply_links_define_the_conversations(replayed: Replayed) -> None:
    conversations = {mention["id"]: mention["conversation_id"] for mention in replayed.lines("mentions")}
    assert conversations == {
        "100": "100",
        "101": "100",
        "103": "100",
        "104": "100",
        "105": "100",
        "200": "200",
        "300": "300",
    }
    assert replayed.case("100")["mention_ids"] == ["100", "101", "103", "104", "105"]
    assert {mention["id"] for mention in replayed.lines("mentions") if mention["own"]} == {"103", "105"}


def test_first_response_times_are_those_of_the_rows(replayed: Replayed) -> None:
    case = replayed.case("100")
    asked, answered = datetime(2017, 11, 1, 10, 0, 20, tzinfo=UTC), datetime(2017, 11, 1, 10, 41, 50, tzinfo=UTC)
    assert (at(case["opened_at"]), at(case["first_response_at"])) == (asked, answered)
    assert case["first_response_seconds"] == (answered - asked).total_seconds() == 2490
    assert case["status"] == "replied"
    assert replayed.case("200")["first_response_seconds"] is None
    assert replayed.summary["first_response_seconds"]["median"] == 2490


def test_alerts_come_at_the_steps_of_the_ladder_in_the_posts_own_time_until_the_answer(replayed: Replayed) -> None:
    # Read in the first full minute after it was written, and answered 41 minutes later.
    heard = datetime(2017, 11, 1, 10, 1, tzinfo=UTC)
    expected = [
        (heard + timedelta(minutes=step.after_minutes), step.rung) for step in DEFAULT_LADDER if step.after_minutes < 41
    ]
    told = replayed.lines("alerts")
    assert sorted({(at(alert["at"]), alert["rung"]) for alert in told}) == expected
    assert {alert["case_ids"][0] for alert in told} == {"x-100-7-nimbusair"}
    assert sorted(alert["channel"] for alert in told) == ["email"] * len(expected) + ["sms"] * len(expected)
    first = {alert["to"] for alert in told if alert["rung"] == 1}
    assert first == {RECIPIENTS["OnCallEmail"], RECIPIENTS["OnCallPhone"]}


def test_who_comes_back_after_the_answer_is_answered_in_time_and_alerts_nobody(replayed: Replayed) -> None:
    assert max(at(alert["at"]) for alert in replayed.lines("alerts")) < datetime(2017, 11, 1, 10, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "shape"), [("mentions", A_MENTION), ("cases", A_CASE), ("alerts", AN_ALERT)], ids=["m", "c", "a"]
)
def test_every_line_has_what_was_promised(replayed: Replayed, name: str, shape: dict[str, Any]) -> None:
    found = replayed.lines(name)
    assert found
    for line in found:
        assert {key: value for key, value in line.items() if key in shape and not isinstance(value, shape[key])} == {}
        assert set(shape) <= set(line)
        for key, value in line.items():
            if (key == "at" or key.endswith("_at")) and value is not None:
                at(value)


def test_lines_refer_to_each_other(replayed: Replayed) -> None:
    cases = {case["id"]: case for case in replayed.lines("cases")}
    for mention in replayed.lines("mentions"):
        holding = [case["id"] for case in cases.values() if mention["id"] in case["mention_ids"]]
        assert holding == ([mention["case_id"]] if mention["case_id"] else [])
    assert {case_id for alert in replayed.lines("alerts") for case_id in alert["case_ids"]} <= set(cases)


def test_the_summary_counts_what_the_lines_say(replayed: Replayed) -> None:
    summary, mentions = replayed.summary, replayed.lines("mentions")
    assert summary["mentions"]["total"] == len(mentions)
    assert summary["mentions"]["own"] == 2
    assert sum(summary["mentions"]["by_intent"].values()) == sum(summary["mentions"]["by_severity"].values()) == 5
    assert summary["mentions"]["by_source"] == {"x": 7}
    assert summary["cases"]["total"] == len(replayed.lines("cases"))
    assert summary["alerts"]["total"] == len(replayed.lines("alerts")) == sum(summary["alerts"]["by_rung"].values())
    assert summary["replayed"]["posts"] == 7
    assert summary["calls"]["comprehend"]["BatchDetectSentiment"] >= 1
    assert summary["calls"]["dynamodb"]["TransactWriteItems"] >= 1
    assert {"duration_seconds", "mentions_per_second"} <= set(summary)


def test_the_same_file_into_the_same_state_changes_nothing(replayed: Replayed, folder: Path) -> None:
    before = {name: (replayed.out / f"{name}.jsonl").read_bytes() for name in ("mentions", "cases", "alerts")}
    again = replay(folder / "posts.csv", folder / "second", "--state", str(folder / "state"))
    assert again.result.exit_code == 0
    assert {name: (again.out / f"{name}.jsonl").read_bytes() for name in before} == before
    assert "comprehend" not in again.summary["calls"]
    # Nothing is judged, stored or sent again; in each minute is looked for incidents, and an hour that is over is kept.
    # No case is due, so that no ladder is looked at, nor the mailboxes.
    assert set(again.summary["calls"]) == {"dynamodb"}
    assert set(again.summary["calls"]["dynamodb"]) == {"BatchGetItem", "GetItem", "Query", "PutItem"}


def test_bad_rows_are_named_and_the_good_ones_go_through_without_shortcuts_to_the_same_end(
    replayed: Replayed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [
        ["400", "yesterday", "7", "1", "@NimbusAir hello", ""],
        ["401", "2017-11-01T10:07:00Z", "", "1", "@NimbusAir hello", ""],
        ["402", "2017-11-01T10:08:00Z", "7", "many", "@NimbusAir hello", ""],
    ]
    file = write(tmp_path / "posts.csv", [bad[0], *ROWS[:3], bad[1], bad[2], *ROWS[3:]])
    # The emulator itself answers everything, and all that runs each minute does: what a shortcut did otherwise shows.
    monkeypatch.setattr("infra.replay.replay.replay", partial(run_replay, shortcuts=False))
    told = replay(file, tmp_path / "out")
    assert told.result.exit_code == EXIT_INCOMPLETE
    named = [line for line in told.result.stderr.splitlines() if line.startswith(str(file))]
    assert [line.split(":")[1] for line in named] == ["2", "6", "7"]
    assert ["created_at" in named[0], "author_id" in named[1], "followers" in named[2]] == [True] * 3
    assert "3 rows were left out." in told.result.stderr
    assert told.summary["replayed"]["bad_rows"] == 3
    for name in ("mentions", "cases", "alerts"):
        assert told.lines(name) == replayed.lines(name)
        assert (told.out / f"{name}.jsonl").read_bytes() == (replayed.out / f"{name}.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("content", "problem"),
    [("", "is empty"), ("id,text\n1,hello\n", "has no column")],
    ids=["empty", "columns missing"],
)
def test_a_file_that_cannot_be_used_is_refused_whole(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(content, "utf-8")
    told = replay(file, tmp_path / "out")
    assert told.result.exit_code == EXIT_UNUSABLE
    assert problem in told.result.stderr
    assert str(file) in told.result.stderr
    assert "Traceback" not in told.result.output
    assert not (tmp_path / "out").exists()


def test_a_brand_must_be_named(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["replay", str(write(tmp_path / "p.csv", ROWS)), "--out", str(tmp_path / "out")])
    assert answer.exit_code == EXIT_UNUSABLE
    assert "--brand" in answer.stderr
