"""``backtest`` with the judgements of another release: which are used, and which are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earshot.triage.judgement import Severity
from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from infra.cli.main import main
from infra.evaluation.backtest.sides import TriageResult, side_of
from tests.fakes import a_mention, an_own_post
from tests.infra.evaluation.backtests import OVERCHARGED, POSTS, TERMS, backtest, judged, judgements, posts, terms


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
    "'reasons' is not a list": {"reasons": "stake.money"},
    "Entry 2 of column 'reasons'": {"reasons": [{"rule": "a", "points": 1, "text": "b"}, {"rule": "a", "points": "1"}]},
    "Entry 1 of column 'reasons'": {"reasons": [{"rule": "a", "points": True, "text": "b"}]},
    "Entry 1 of": {"reasons": [{"rule": "a", "points": 1, "text": "\ud83d"}]},
}


@pytest.mark.parametrize(("problem", "change"), BAD.items(), ids=BAD)
def test_a_judgement_that_cannot_be_read_is_named_and_the_others_count(
    folder: Path, problem: str, change: dict[str, Any]
) -> None:
    told = backtest(posts(*POSTS), "--old", judgements(judged("1"), judged("2") | change), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_INCOMPLETE
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
    assert told.result.exit_code == EXIT_INCOMPLETE
    assert told.result.stderr.startswith("old.jsonl:2: Post 1 is on line 1 already")


def test_bad_posts_are_named_and_the_good_ones_compared(folder: Path) -> None:
    file = Path(posts(*POSTS))
    file.write_text(file.read_text("utf-8") + "5,yesterday,u1,ana,hello,,\n", "utf-8")
    told = backtest(str(file), "--new", terms(TERMS))
    assert told.result.exit_code == EXIT_INCOMPLETE
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
        ("terms.toml", 'always = ["blue lantern"]', "'always' is not a list of terms"),
        ("Terms.TOML", "always", "is not valid TOML"),
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
    assert said.result(early) == said.result(late)
    verdict = said.result(early)
    assert verdict is not None
    assert verdict.pages
    assert not [rule for rule in verdict.points if rule.startswith(("history.", "time.old", "time.stale"))]


def test_the_brands_own_posts_are_judged_as_the_deployed_code_does(folder: Path) -> None:
    verdict = side_of(Path(terms('always_urgent = ["sorry"]')), ["NimbusAir"]).result(an_own_post("1"))
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
    assert side.result(a_mention("2")) is not None
    said = side.result(a_mention("1"))
    assert said is None or isinstance(said, TriageResult)
    assert len(side.bad) <= 1
