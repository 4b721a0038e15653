"""``earshot backtest``: who would be paged under other terms, or by another release, for the same recorded posts."""

import csv
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.triage.judgement import Severity
from infra.cli.main import EXIT_BAD_ROWS, EXIT_UNUSABLE, main
from infra.evaluation.backtest.verdicts import Verdict, side_of
from tests.fakes import a_mention, an_own_post

COLUMNS = ["id", "created_at", "author_id", "author_handle", "text", "reposted_id", "source"]
OVERCHARGED = "@NimbusAir you charged me twice and you won't refund me"
QUIZ = "@NimbusAir you charged me twice in the #NimbusQuiz and you won't refund me"
LANTERN = "landed, and off past the blue lantern"
LUNCH = "landed with Nimbus, off to lunch"
TERMS = 'always_urgent = ["blue lantern"]\nnever_urgent = ["#NimbusQuiz"]\n'
POSTS = [("1", OVERCHARGED), ("2", QUIZ), ("3", LANTERN), ("4", LUNCH)]
URGENCY = {"critical": 90, "high": 70, "normal": 40, "low": 5}


@dataclass
class Backtested:
    """What a backtest said, and wrote into ``out``."""

    result: Result
    out: Path

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]

    @property
    def said(self) -> list[str]:
        return self.result.stdout.splitlines()

    def figure(self, name: str) -> str:
        """What stands after ``name`` among the figures."""
        return next(line.strip()[len(name) :].strip() for line in self.said if line.strip().startswith(name))

    def shown(self, heading: str) -> list[str]:
        """The ids below a heading, in order."""
        if heading not in self.said:
            return []
        below = self.said[self.said.index(heading) + 1 :]
        end = next((number for number, line in enumerate(below) if not line.startswith("  ")), len(below))
        return [line.split(":")[0].strip() for line in below[:end] if ": urgency" in line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files are, under names as short as people give them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def backtest(file: str, *options: str, brand: str = "@NimbusAir") -> Backtested:
    out = Path("changed.jsonl")
    result = CliRunner().invoke(main, ["backtest", file, "--brand", brand, "--out", str(out), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return Backtested(result, out)


def posts(*rows: tuple[str, str], **columns: str) -> str:
    """A recording with these ids and texts; ``columns`` hold for each row."""
    with Path("posts.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, COLUMNS)
        written.writeheader()
        for post_id, text in rows:
            sound = {"created_at": "2026-11-02T09:00:00Z", "author_id": "u1", "author_handle": "ana"}
            written.writerow({"id": post_id, "text": text} | sound | columns)
    return "posts.csv"


def terms(text: str, name: str = "terms.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def judged(post_id: object, severity: str = "low", intent: str = "complaint", **changes: object) -> dict[str, Any]:
    """A judgement as another release wrote it."""
    urgency = changes.get("urgency", URGENCY.get(severity, 0))
    reasons = [{"rule": f"intent.{intent}", "points": urgency, "text": "as it was then"}]
    return {"id": post_id, "intent": intent, "urgency": urgency, "severity": severity, "reasons": reasons} | changes


def judgements(*lines: dict[str, Any], name: str = "old.jsonl") -> str:
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return name


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


def test_what_classify_wrote_is_taken(folder: Path) -> None:
    lines = "".join(json.dumps({"id": int(post_id), "text": text}) + "\n" for post_id, text in POSTS)
    written = CliRunner().invoke(main, ["classify", "--brand", "NimbusAir"], input=lines)
    Path("old.jsonl").write_text(written.stdout, "utf-8")
    told = backtest(posts(*POSTS), "--old", "old.jsonl", "--new", terms(TERMS))
    assert (told.result.exit_code, told.figure("Compared")) == (0, "4 posts")
    assert told.shown("Would page newly:") == ["3"]
    assert told.shown("Would page no longer:") == ["2"]
    assert backtest("posts.csv", "--old", "old.jsonl").changes == []


def test_a_replays_mentions_are_found_by_their_source_too(folder: Path) -> None:
    rows = [judged("1", "high", source="x"), judged("1", "low", source="forum")]
    old = judgements(*rows)
    told = backtest(posts(POSTS[0], source="forum"), "--old", old, "--new", terms(""))
    assert told.shown("Would page newly:") == ["1"]
    told = backtest(posts(POSTS[0], source="x"), "--old", old, "--new", terms(""))
    assert told.figure("Would page") == "1 -> 1"


def test_nobody_is_paged_for_own_posts_and_reposts_whatever_the_file_says(folder: Path) -> None:
    old = judgements(*(judged(post_id, "critical") for post_id, _ in POSTS))
    always = terms('always_urgent = ["Nimbus", "landed"]')
    own = backtest(posts(*POSTS, author_handle="NimbusAir"), "--old", old, "--new", always)
    assert own.figure("Would page") == "0 -> 0"
    reposts = backtest(posts(*POSTS, reposted_id="77"), "--old", old, "--new", always)
    assert reposts.figure("Would page") == "0 -> 0"


def test_posts_that_a_file_lacks_are_left_out_and_counted(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--old", judgements(judged("1"), judged("3"), judged("9")), "--new", terms(TERMS))
    assert told.result.exit_code == 0
    assert told.figure("Compared") == "2 posts; 2 left out that old.jsonl did not judge"
    fewer = judgements(judged("3"), judged("4"), name="new.jsonl")
    told = backtest("posts.csv", "--old", "old.jsonl", "--new", fewer)
    assert told.figure("Compared").startswith("1 post; 3 left out that ")
    assert all(name in told.figure("Compared") for name in ("old.jsonl", "new.jsonl"))


def test_a_file_with_none_of_the_posts_is_refused(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--old", judgements(judged("77")), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_UNUSABLE
    assert "None of the 4 posts of posts.csv is judged in old.jsonl" in told.result.stderr
    assert not told.out.exists()


BAD = {
    "id": {"id": None},
    "intent": {"intent": ""},
    "urgency": {"urgency": "much"},
    "'urgency' is 101": {"urgency": 101},
    "'urgency' is None": {"urgency": None},
    "severity": {"severity": "dire"},
    "'reasons' is no list": {"reasons": "stake.money"},
    "Entry 2 of column 'reasons'": {"reasons": [{"rule": "a", "points": 1, "text": "b"}, {"rule": "a", "points": "1"}]},
    "Entry 1 of column 'reasons'": {"reasons": [{"rule": "a", "points": True, "text": "b"}]},
    "Entry 1 of": {"reasons": [{"rule": "a", "points": 1, "text": "\ud83d"}]},
}


@pytest.mark.parametrize(("problem", "change"), BAD.items(), ids=BAD)
def test_a_judgement_that_cannot_be_read_is_named_and_the_others_count(
    folder: Path, problem: str, change: dict[str, Any]
) -> None:
    told = backtest(posts(*POSTS), "--old", judgements(judged("1"), judged("2") | change), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_BAD_ROWS
    named = told.result.stderr.splitlines()
    assert named[0].startswith("old.jsonl:2: ")
    assert problem in named[0]
    assert named[0].count(".") >= 3  # of the file's name, of what is wrong, and of what to do
    assert named[1] == "1 row was left out."
    assert told.figure("Compared") == "1 post; 3 left out that old.jsonl did not judge"


def test_a_post_judged_twice_counts_once_and_otherwise_judged_the_second_is_named(folder: Path) -> None:
    told = backtest(posts(*POSTS), "--old", judgements(judged("1"), judged("1")), "--new", terms(TERMS))
    assert (told.result.exit_code, told.figure("Compared").split(";")[0]) == (0, "1 post")
    told = backtest("posts.csv", "--old", judgements(judged("1"), judged("1", "high")), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_BAD_ROWS
    assert told.result.stderr.startswith("old.jsonl:2: Post 1 is on line 1 already")


def test_bad_posts_are_named_and_the_good_ones_compared(folder: Path) -> None:
    file = Path(posts(*POSTS))
    file.write_text(file.read_text("utf-8") + "5,yesterday,u1,ana,hello,,\n", "utf-8")
    told = backtest(str(file), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_BAD_ROWS
    assert told.result.stderr.startswith("posts.csv:6: Column 'created_at'")
    assert told.figure("Compared") == "4 posts"


def test_without_one_good_post_there_is_nothing_to_compare(folder: Path) -> None:
    told = backtest(posts(*POSTS, created_at="yesterday"), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_UNUSABLE
    assert "posts.csv has no post that can be used" in told.result.stderr


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("posts.jsonl", '{"id": "1", "text": "hello"}\n', "no row has 'intent'. Give a terms file (.toml)"),
        ("terms.txt", TERMS, "no row has 'id'. Give a terms file (.toml)"),
        ("empty.jsonl", "", "empty.jsonl is empty"),
        ("terms.toml", 'always = ["blue lantern"]', "'always' is no list of terms"),
        ("Terms.TOML", "always", "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_remedy(
    folder: Path, name: str, content: str, problem: str
) -> None:
    Path(name).write_text(content, "utf-8")
    told = backtest(posts(*POSTS), "--new", name)
    assert told.result.exit_code == EXIT_UNUSABLE
    assert told.result.stderr.startswith(name)
    assert problem in told.result.stderr
    assert told.result.stdout == ""


# ------------------------------------------------------------------------------------------------- how it is judged


def test_a_post_is_judged_as_heard_at_once_and_of_an_author_without_a_past(folder: Path) -> None:
    said = side_of(None, ["NimbusAir"])
    early, late = (a_mention("1", OVERCHARGED, minutes=minutes) for minutes in (-1_000_000, 0))
    assert said.verdict(early) == said.verdict(late)
    verdict = said.verdict(early)
    assert verdict is not None
    assert verdict.pages
    assert not [rule for rule in verdict.points if rule.startswith(("history.", "time.old", "time.stale"))]


def test_the_brands_own_posts_are_judged_as_the_deployed_code_does(folder: Path) -> None:
    verdict = side_of(Path(terms('always_urgent = ["sorry"]')), ["NimbusAir"]).verdict(an_own_post("1"))
    assert verdict is not None
    assert (verdict.pages, verdict.urgency, set(verdict.points)) == (False, 0, {"own"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rule", "points", "text"]), inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "id": st.just("1") | JSON,
            "intent": st.just("other") | JSON,
            "urgency": st.integers(0, 100) | JSON,
            "severity": st.sampled_from([*Severity]) | JSON,
            "reasons": st.lists(st.builds(dict, rule=JSON, points=JSON, text=JSON)) | JSON,
        },
        optional={"source": JSON},
    )
)
def test_any_line_is_either_a_verdict_or_a_bad_row(folder: Path, line: dict[str, Any]) -> None:
    side = side_of(Path(judgements(judged("2"), line)), ["NimbusAir"])
    assert side.verdict(a_mention("2")) is not None
    said = side.verdict(a_mention("1"))
    assert said is None or isinstance(said, Verdict)
    assert len(side.bad) <= 1
