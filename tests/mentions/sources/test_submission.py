"""Posts that somebody else brings: what is taken, and what is said of what is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from earshot.mentions.brands.brands import Brands
from earshot.mentions.brands.toml_file import parse_brands
from earshot.mentions.mention import Mention
from earshot.mentions.sources.submission import QUEUE_SCHEMA, SCHEMA, SubmissionError, mention_of, read_submission
from infra.paths import ROOT
from tests.fakes import START

ONE = parse_brands('[[brands]]\nhandles = ["NimbusAir", "NimbusHelp"]')
TWO = parse_brands('[[brands]]\nhandles = ["NimbusAir"]\n[[brands]]\nhandles = ["Zephyr"]')
GOOD: dict[str, Any] = {
    "source": "trustpilot",
    "id": "r-1",
    "author": {"id": "u7", "name": "Jane"},
    "text": "They lost my bag",
    "created_at": "2026-11-21T08:30:00+01:00",
}


def changed(**fields: Any) -> dict[str, Any]:
    """The good item, with these fields; those that are ``...`` are left out."""
    return {name: value for name, value in (GOOD | fields).items() if value is not ...}


def error_of(item: object, brands: Brands = ONE) -> SubmissionError:
    with pytest.raises(SubmissionError) as raised:
        mention_of(item, brands, START)
    return raised.value


def test_a_post_needs_five_fields_and_the_rest_follows() -> None:
    mention = mention_of(GOOD, ONE, START)
    assert (mention.key, mention.brand, mention.conversation_id) == ("trustpilot#r-1", "NimbusAir", "r-1")
    assert (mention.own, mention.baseline, mention.created_at.hour) == (False, False, 7)
    answer = mention_of(changed(id="r-2", own=True, in_reply_to_id="r-1", brand="@nimbushelp"), ONE, START)
    assert (answer.conversation_id, answer.in_reply_to_id, answer.own, answer.brand) == (
        "r-1",
        "r-1",
        True,
        "NimbusAir",
    )


@pytest.mark.parametrize(
    ("item", "field", "says"),
    [
        ("text", "", "JSON object"),
        (changed(source="X"), "source", "lower-case letters"),
        (changed(source="x"), "source", "reads itself"),
        (changed(id=...), "id", "must be a text"),
        (changed(id=7), "id", "must be a text"),
        (changed(id="1" * 221), "id", "220"),
        (changed(author=...), "author", "an object"),
        (changed(author={"name": "Jane"}), "author.id", "must be a text"),
        (changed(author={"id": "7", "nmae": "Jane"}), "author.nmae", "did you mean author.name?"),
        (changed(author={"id": "7", "followers": -1}), "author.followers", "count"),
        (changed(text="  "), "text", "empty"),
        (changed(text="é" * 60_000), "text", "100,000 bytes"),
        (changed(created_at="yesterday"), "created_at", "2026-11-21T09:30:00Z"),
        (changed(created_at="2026-11-21T09:30:00"), "created_at", "time zone"),
        (changed(created_at="2026-11-22T09:30:00Z"), "created_at", "in the future"),
        (changed(link="javascript:alert(1)"), "link", "whole address"),
        (changed(own="yes"), "own", "true or false"),
        (changed(txt="a"), "txt", "did you mean text?"),
        (changed(brand="Acme"), "brand", "NimbusAir"),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_what_is_wrong_is_named_with_the_remedy(item: object, field: str, says: str) -> None:
    error = error_of(item)
    assert (error.field, says in str(error)) == (field, True), str(error)


def test_with_several_brands_it_has_to_be_said_which() -> None:
    assert error_of(GOOD, TWO).field == "brand"
    assert mention_of(changed(brand="zephyr"), TWO, START).brand == "Zephyr"


def test_one_that_is_wrong_holds_up_no_other() -> None:
    read = read_submission([GOOD, None, changed(id="r-2")], ONE, START)
    assert [one.mention is not None for one in read] == [True, False, True]


JSON = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=2), max_size=2)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "other"]), JSON | st.just({"id": "7"})))
def test_whatever_is_sent_is_a_mention_or_a_named_error(fields: dict[str, Any]) -> None:
    (read,) = read_submission([GOOD | fields], ONE, START)
    if read.mention is not None:
        assert Mention.from_record(json.loads(json.dumps(read.mention.to_record()))) == read.mention
        Draft202012Validator(SCHEMA).validate(GOOD | fields)
    else:
        assert read.error is not None
        assert str(read.error)


@pytest.mark.parametrize(("file", "schema"), [("mention", SCHEMA), ("queue-message", QUEUE_SCHEMA)])
def test_the_schemas_in_the_documentation_are_those_that_are_checked(file: str, schema: dict[str, Any]) -> None:
    stored = json.loads((ROOT / "docs" / f"{file}.schema.json").read_text("utf-8"))
    assert stored == {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    Draft202012Validator.check_schema(stored)


def test_a_message_that_fits_the_schema_of_the_queue_is_a_mention() -> None:
    message = GOOD | {"version": 1, "conversation_id": "r-1", "brand": "NimbusAir"}
    Draft202012Validator(QUEUE_SCHEMA).validate(message)
    assert Mention.from_record(message) == mention_of(GOOD, ONE, START)
    Draft202012Validator(QUEUE_SCHEMA).validate(
        {k: v for k, v in mention_of(GOOD, ONE, START).to_record().items() if v}
    )
