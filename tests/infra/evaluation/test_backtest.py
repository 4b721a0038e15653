"""``earshot backtest``: who would be paged under other terms, or by another release, for the same recorded posts."""

import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.triage.judgement import Severity
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.cli.main import main
from tests.infra.evaluation.backtests import LUNCH, POSTS, TERMS, backtest, judged, judgements, posts, terms


def test_terms_are_held_against_no_terms(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--new", terms(TERMS))
    assert told.result.exit_code == 0
    assert told.figure("Compared") == "4 posts"
    assert (told.figure("old"), told.figure("new")) == ("no terms", "terms.toml")
    assert told.figure("Would page") == "2 -> 2"
    assert (told.figure("newly"), told.figure("no longer")) == ("1", "1")
    assert told.shown("Would page newly:") == ["3"]
    assert told.shown("Would page no longer:") == ["2"]
    assert "\x1b" not in told.result.output


def test_the_other_way_round_what_came_goes(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--old", terms(TERMS))
    assert (told.figure("old"), told.figure("new")) == ("terms.toml", "no terms")
    assert told.shown("Would page newly:") == ["2"]
    assert told.shown("Would page no longer:") == ["3"]


def test_two_files_of_terms_are_held_against_each_other(folder: Path) -> None:
    both = ["--old", terms(TERMS), "--new", terms('always_urgent = ["blue lantern", "off to lunch"]', "new.toml")]
    told = backtest(posts(*POSTS), *both)
    assert told.shown("Would page newly:") == ["2", "4"]
    assert told.shown("Would page no longer:") == []


def test_the_same_on_both_sides_changes_nothing(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--old", terms(TERMS), "--new", terms(TERMS))
    assert told.result.exit_code == 0
    assert (told.figure("newly"), told.figure("no longer")) == ("0", "0")
    assert told.figure("Otherwise") == "0 more posts with another intent or severity"
    assert told.changes == []


@pytest.mark.parametrize("options", [[], ["--new", "nowhere.toml"], ["--old", "."]])
def test_with_nothing_to_compare_it_says_what_is_needed(folder: Path, options: list[str]) -> None:
    told = backtest(posts(*POSTS), *options)
    assert told.result.exit_code == EXIT_UNUSABLE
    assert "Usage: " in told.result.stderr
    assert "--old" in told.result.stderr or "--new" in told.result.stderr
    assert not told.out.exists()


def test_a_brand_must_be_named(folder: Path) -> None:
    answer = CliRunner().invoke(main, ["backtest", posts(*POSTS), "--new", terms(TERMS)])
    assert answer.exit_code == EXIT_UNUSABLE
    assert "--brand" in answer.stderr


# ------------------------------------------------------------------------------------------------- what is shown


def test_a_change_is_told_with_its_text_and_the_reasons_that_came_and_went(folder: Path) -> None:
    reasons = [
        {"rule": "intent.complaint", "points": 40, "text": "a complaint"},
        {"rule": "stake.money", "points": 30, "text": "money"},
        {"rule": "cue.reproach", "points": 0, "text": "reproaches"},
    ]
    old = judgements(judged("1", "high", reasons=reasons))
    fewer = [{"rule": "intent.complaint", "points": 35, "text": "a complaint"}]
    new = judgements(judged("1", "normal", intent="question", reasons=fewer), name="new.jsonl")
    told = backtest(posts(("1", "@NimbusAir  my\nbill?")), "--old", old, "--new", new)
    start = told.said.index("Would page no longer:")
    assert told.said[start + 1 : start + 5] == [
        "  1: urgency 70 -> 40, high -> normal, complaint -> question",
        "    @NimbusAir my bill?",
        "    went     stake.money +30, cue.reproach 0",
        "    changed  intent.complaint +40 -> +35",
    ]


def test_the_most_urgent_come_first_and_twenty_are_shown(folder: Path) -> None:
    rows = [(str(number), LUNCH) for number in range(1, 26)]
    old = judgements(*(judged(post_id) for post_id, _ in rows))
    new = judgements(*(judged(post_id, "high", urgency=60 + int(post_id)) for post_id, _ in rows), name="new.jsonl")
    told = backtest(posts(*rows), "--old", old, "--new", new)
    assert told.shown("Would page newly:") == [str(number) for number in range(25, 5, -1)]
    assert "  ... and 5 more: --out FILE writes them all" in told.said
    assert len(told.changes) == 25
    # Who pages no longer comes in the order of what it was.
    back = backtest("posts.csv", "--old", new, "--new", old)
    assert back.shown("Would page no longer:") == [str(number) for number in range(25, 5, -1)]


@pytest.mark.parametrize(
    "text",
    [
        "@NimbusAir " + "all the words there are " * 40,
        "酸素マスク" * 60,
        "\x1b[2J\x1b[31mred\x07 \u202edlo",
        "😡" * 300,
    ],
    ids=["long", "wide", "control", "emoji"],
)
def test_no_post_disturbs_the_terminal(folder: Path, text: str) -> None:
    many = [{"rule": f"cue.number_{number}", "points": number, "text": "x\x1b"} for number in range(40)]
    old, new = judgements(judged("9" * 200)), judgements(judged("9" * 200, "high", reasons=many), name="new.jsonl")
    told = backtest(posts(("9" * 200, text)), "--old", old, "--new", new)
    assert told.figure("newly") == "1"
    for line in told.said:
        assert line.isprintable()
        assert sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) <= 100
    assert told.changes[0]["text"] == text


# ------------------------------------------------------------------------------------------------ what is written


def test_every_change_is_written_with_both_judgements(folder: Path) -> None:
    old = judgements(judged("1", "critical"), judged("2", "low"), judged("3", "high"), judged("4", "low", "other"))
    again = [judged("1", "high"), judged("2", "critical"), judged("3", "normal"), judged("4", "low", "praise")]
    told = backtest(posts(*POSTS), "--old", old, "--new", judgements(*again, name="new.jsonl"))
    assert [(line["id"], line["change"]) for line in told.changes] == [
        ("1", "otherwise"),
        ("2", "pages_newly"),
        ("3", "pages_no_longer"),
        ("4", "otherwise"),
    ]
    assert told.figure("Otherwise") == "2 more posts with another intent or severity"
    for line, (_, text) in zip(told.changes, POSTS, strict=True):
        assert set(line) == {"id", "source", "text", "change", "old", "new"}
        assert line["text"] == text
        for side in (line["old"], line["new"]):
            assert set(side) == {"intent", "urgency", "severity", "reasons"}
    assert told.changes[0]["old"] == {key: value for key, value in judged("1", "critical").items() if key != "id"}


def test_another_urgency_within_a_severity_is_no_change(folder: Path) -> None:
    old, new = judgements(judged("1", "high", urgency=61)), judgements(judged("1", "high", urgency=79), name="n.jsonl")
    told = backtest(posts(POSTS[0]), "--old", old, "--new", new)
    assert told.changes == []
    assert told.figure("Would page") == "1 -> 1"


@pytest.mark.parametrize("before", Severity)
@pytest.mark.parametrize("after", Severity)
def test_a_post_pages_when_its_severity_has_a_ladder(folder: Path, before: Severity, after: Severity) -> None:
    old, new = judgements(judged("1", before)), judgements(judged("1", after), name="new.jsonl")
    told = backtest(posts(POSTS[0]), "--old", old, "--new", new)
    pages = (bool(DEFAULT_POLICY.ladder_for(before)), bool(DEFAULT_POLICY.ladder_for(after)))
    assert told.figure("Would page") == f"{pages[0]:d} -> {pages[1]:d}"
    assert told.figure("newly") == str(int(pages == (False, True)))
    assert told.figure("no longer") == str(int(pages == (True, False)))


def test_a_place_that_cannot_be_written_is_named(folder: Path) -> None:
    Path("file").write_text("in the way", "utf-8")
    told = backtest(posts(*POSTS), "--new", terms(TERMS), "--out", "file/changed.jsonl")
    assert told.result.exit_code == EXIT_UNUSABLE
    assert "file/changed.jsonl cannot be written" in told.result.stderr


def test_a_folder_that_is_not_there_is_made(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--new", terms(TERMS), "--out", "a/b/changed.jsonl")
    assert told.result.exit_code == 0
    assert len(Path("a/b/changed.jsonl").read_text("utf-8").splitlines()) == 2


# ------------------------------------------------------------------------------- the judgements of another release
