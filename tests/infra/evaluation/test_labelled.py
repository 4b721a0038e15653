"""Labelled posts: whatever a label is called it is understood, and a row that is of no use is told."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from earshot.triage.judgement import Intent
from infra.evaluation.labelled import LabelledFile, LabelledPost, read_labelled
from infra.replay.rows import RecordingError
from tests.infra.evaluation.fakes import write

BOTH = [{"id": "a", "text": "it broke", "label": "complaint"}, {"id": "b", "text": "hello", "label": "other"}]


@pytest.fixture
def read(tmp_path):
    """Reads rows beside one complaint and one other post, which come first."""

    def write_and_read(*rows, name="posts.csv") -> LabelledFile:
        return read_labelled(write(tmp_path / name, [*BOTH, *rows]))

    return write_and_read


def row(post_id="c", **columns):
    return {"id": post_id, "text": "well, well", "label": "praise"} | columns


@pytest.mark.parametrize(
    ("label", "intent"),
    [
        ("complaint", Intent.COMPLAINT),
        ("question", Intent.QUESTION),
        ("praise", Intent.PRAISE),
        ("opportunity", Intent.OPPORTUNITY),
        ("other", Intent.OTHER),
        ("noise", Intent.OTHER),
        ("negative", Intent.COMPLAINT),
        ("positive", Intent.PRAISE),
        ("neutral", None),
        (" Negative ", Intent.COMPLAINT),
    ],
)
def test_a_label_is_understood_whatever_it_is_called(read, label, intent):
    post = read(row(label=label)).posts[2]
    assert (post.intent, post.complaint) == (intent, intent is Intent.COMPLAINT)


@pytest.mark.parametrize("column", ["lang", "language"])
def test_the_language_is_read_whatever_its_column_is_called(read, column):
    assert read(row(**{column: "fr"})).posts[2].language == "fr"


def test_a_row_with_two_languages_is_told_and_with_one_twice_is_used(read):
    found = read(
        row("c", lang="fr", language="FR"), row("d", lang="fr", language="de"), row("e", lang="", language="it")
    )
    assert [post.language for post in found.posts[2:]] == ["fr", "it"]
    assert "'lang' is 'fr', and column 'language' is 'de'" in str(found.bad[0])


def test_the_label_in_triages_own_words(read):
    found = read(row("c", label="noise"), row("d", label="neutral"))
    assert [post.label for post in found.posts] == ["complaint", "other", "other", "neutral"]


@pytest.mark.parametrize(
    ("columns", "urgent"),
    [
        ({"urgency": "urgent"}, True),
        ({"urgency": "Normal"}, False),
        ({"urgency": "none"}, False),
        ({"urgency": ""}, None),
        ({"urgent": "true"}, True),
        ({"urgent": "no"}, False),
        ({"urgent": ""}, None),
        ({"urgency": "", "urgent": "true"}, True),
        ({}, None),
    ],
)
def test_who_said_nothing_of_urgency_did_not_say_that_there_is_none(read, columns, urgent):
    assert read(row(**columns)).posts[2].urgent is urgent


def test_json_lines_with_the_keys_of_our_own_corpus(tmp_path):
    rows = [
        {"id": "a-1", "trade": "trains", "intent": "complaint", "urgent": True, "reason": "stuck", "text": "stuck now"},
        {"id": 7, "trade": "trains", "intent": "other", "urgent": False, "reason": "an aside", "text": "done."},
    ]
    found = read_labelled(write(tmp_path / "corpus.jsonl", rows))
    assert found.posts == [
        LabelledPost("a-1", "stuck now", Intent.COMPLAINT, urgent=True),
        LabelledPost("7", "done.", Intent.OTHER, urgent=False),
    ]


def test_what_triage_weighs_beside_the_words_comes_through(read):
    post = read(row(lang="en", followers="1200.0", verified="true", brand="Nimbus")).posts[2]
    assert (post.language, post.followers, post.verified) == ("en", 1200, True)


def test_ids_that_a_spreadsheet_rounded_are_noted_for_only_the_words_count(read):
    found = read(row("567617081336950000"), row("567590027375710000"))
    assert len(found.posts) == 4
    assert any("567590027375710000, as spreadsheets" in note for note in found.notes)


def test_a_label_wins_over_an_intent(read):
    assert read(row(label="question", intent="praise")).posts[2].intent is Intent.QUESTION


def test_the_file_is_known_by_its_name_and_its_bytes(read, tmp_path):
    found = read(row())
    assert found.name == "posts.csv"
    assert found.sha256 == sha256((tmp_path / "posts.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("columns", "culprit", "remedy"),
    [
        ({"label": "angry"}, "Column 'label' is 'angry'", "complaint, question"),
        ({"label": ""}, "Column 'label' is empty", "complaint, question"),
        ({"text": " "}, "Column 'text' is empty", "leave the row out"),
        ({"id": ""}, "Column 'id' is empty", "id of its own"),
        ({"id": "1.2e+17"}, "rounded", "as text"),
        ({"id": "a"}, "Post a is on line 2 already", "the first was taken"),
        ({"urgency": "45"}, "Column 'urgency' is '45'", "urgent, normal or none"),
        ({"urgent": "soon"}, "Column 'urgent' is 'soon'", "true, false"),
        ({"followers": "many"}, "'many'", "whole number"),
    ],
)
def test_a_row_of_no_use_is_told_with_its_line_and_a_remedy(read, columns, culprit, remedy):
    found = read(row(**columns), row("d"))
    assert [post.id for post in found.posts] == ["a", "b", "d"]
    (bad,) = found.bad
    assert (Path(bad.file).name, bad.line) == ("posts.csv", 4)
    assert culprit in bad.problem
    assert remedy in bad.remedy
    assert bad.remedy.endswith(".")


def test_the_text_of_the_first_of_two_with_one_id_is_kept(read):
    assert [post.text for post in read(row("a", text="something else")).posts] == ["it broke", "hello"]


def test_bad_rows_come_by_line_whatever_is_wrong_with_them(tmp_path):
    good = [json.dumps(values) for values in BOTH]
    lines = [good[0], json.dumps(row(label="angry")), "{broken", good[1], json.dumps(row(text=5)), json.dumps([1])]
    (tmp_path / "posts.jsonl").write_text("\n".join(lines), "utf-8")
    found = read_labelled(tmp_path / "posts.jsonl")
    assert ([bad.line for bad in found.bad], len(found.posts)) == ([2, 3, 5, 6], 2)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([BOTH[0]], "only complaints among its 1 posts: add others"),
        ([BOTH[1], row(label="neutral")], "no complaint among its 2 posts: add complaints"),
        ([BOTH[0], row(label="angry")], "'angry', not a label"),
        ([row(label="angry"), row("d", label="cross")], "no row that can be used"),
        ([{"id": "1", "text": "hello"}], "no column 'label'"),
        ([{"id": "1", "intent": "praise"}], "no column 'text'"),
    ],
)
@pytest.mark.parametrize("name", ["posts.csv", "posts.jsonl"])
def test_a_file_on_which_nothing_can_be_measured_is_refused_with_the_reason(tmp_path, rows, problem, name):
    with pytest.raises(RecordingError) as refused:
        read_labelled(write(tmp_path / name, rows))
    assert str(tmp_path / name) in str(refused.value)
    assert problem in str(refused.value)


def test_a_header_alone_is_no_file_of_posts(tmp_path):
    (tmp_path / "posts.csv").write_text("id,text,label\n", "utf-8")
    with pytest.raises(RecordingError, match="no row that can be used"):
        read_labelled(tmp_path / "posts.csv")
