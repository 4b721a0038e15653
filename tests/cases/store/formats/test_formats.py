"""Items of earlier releases are read as those of this one, and items of later ones are left as they are."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.formats import FIELD, Formats
from earshot.cases.case.status import Status
from earshot.cases.store.batch_reads import BatchReads
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import (
    author_of,
    conversation_key,
    conversation_of,
    conversation_of_item,
    participant_of,
    post_of,
)
from earshot.cases.store.queries import CaseQueries
from earshot.errors import FormatError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.checkpoint_codec import checkpoint_record, read_checkpoint
from tests.cases.store.opened_table import Opened
from tests.fakes import CASE, START, a_mention

HERE = Path(__file__).parent
EXAMPLES = sorted(HERE.glob("format_*.jsonl"))
ELSEWHERE = "x-1-8-nimbusair"


def examples(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line, object_hook=_with_bytes) for line in file.read_text(encoding="utf-8").splitlines()]


def _with_bytes(part: dict[str, Any]) -> Any:
    """What is packed is there as ``{"base64": "..."}``."""
    return b64decode(part["base64"]) if part.keys() == {"base64"} else part


@given(st.integers(1, 5), st.integers(0, 4))
def test_a_record_goes_through_the_steps_that_it_has_not_been_through(number: int, steps: int) -> None:
    formats = Formats("A thing", *(lambda one, n=n: {**one, "been": [*one["been"], n]} for n in range(2, steps + 2)))
    stored = {"pk": "a", "been": []} | ({} if number == 1 else {FIELD: number})
    if number > 1 + steps:
        assert not formats.knows(stored)
        with pytest.raises(FormatError, match=rf"A thing \(a\) is stored in format {number}, .* up to {1 + steps}"):
            formats.current(stored)
        return
    read = formats.current(stored)
    assert read["been"] == list(range(number + 1, steps + 2))
    assert stored["been"] == [], "what was read is not changed"
    # What was read and is written is not migrated a second time, and the first format costs no byte.
    written = formats.stamped(read)
    assert formats.current(written) == read
    assert (FIELD in written) == (steps > 0)


def test_there_are_examples_of_every_format() -> None:
    assert [file.stem for file in EXAMPLES] == [f"format_{number}" for number in range(1, FORMATS.latest + 1)]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("opened", ["moto"], indirect=True)
def test_what_earlier_releases_stored_is_read_and_goes_on(file: Path, opened: Opened) -> None:
    for item in examples(file):
        opened.client.put_item(TableName=opened.name, Item=item)
        if item["sk"] == {"S": "CASE"}:
            later = item | {"version": {"N": "77"}}
            for one in (item, item, later):
                assert conversation_of_item(one) == conversation_of(from_item(one)), "it is remembered by its bytes"
    found = CaseQueries(opened.client, opened.name).case_file(CASE)
    assert found.case.status is Status.REPLIED
    assert found.case.author.handle == "jane"
    assert [one.mention.text for one in found.mentions] == [
        "@NimbusAir my bag is lost",
        "@NimbusAir and nobody answers",
        "@jane so sorry, looking into it. Mia",
    ]
    assert [entry.what for entry in found.log] == ["opened", "escalated", "replied"]
    assert [(alert.channel, alert.to, alert.attempts) for alert in found.alerts] == [("email", ("mia@example.com",), 1)]
    assert opened.table.known(["x#1", "x#9"]).keys() == {"x#1"}
    # The customer writes again: the case is found, changed and written.
    before = opened.table.conversation(CASE)
    opened.ingest(a_mention("9", "@NimbusAir still nothing"))
    after = opened.table.conversation(CASE)
    assert after.version == before.version + 1
    assert after.case is not None
    assert after.case.id == found.case.id
    (item,) = (one for one in map(from_item, opened.items()) if one["pk"] == f"CASE#{CASE}" and one["sk"] == "CASE")
    assert item.get(FIELD, 1) == FORMATS.latest


@pytest.mark.parametrize("opened", ["moto"], indirect=True)
def test_a_newer_case_is_left_as_it_is_and_keeps_nobody_from_the_others(opened: Opened) -> None:
    opened.ingest(a_mention())
    opened.ingest(a_mention("5", conversation_id="5"))
    newer = _of_a_newer_release(opened)
    key = conversation_key(CASE)
    # Whoever asks for it is told, and nothing is written.
    for ask in (
        lambda: opened.table.conversation(CASE),
        lambda: opened.table.change(CASE, lambda one: (one, ()), START),
        lambda: opened.ingest(a_mention("2")),
        lambda: opened.alerts.read(CASE),
        lambda: CaseQueries(opened.client, opened.name).case_file(CASE),
    ):
        with pytest.raises(FormatError, match=r"format 99, .* deploy the newer release again"):
            ask()
    assert opened.client.get_item(TableName=opened.name, Key=to_item(key))["Item"] == newer
    # Who asks for many gets the others.
    (other,) = {one["pk"]["S"] for one in opened.items() if one["sk"]["S"] == "CASE"} - {key["pk"]}
    other = other.removeprefix("CASE#")
    assert opened.table.conversations_and_authors([CASE, other], [])[0].keys() == {other}
    assert BatchReads(opened.client, opened.name).read(conversations=[CASE, other]).conversations.keys() == {other}


def _of_a_newer_release(opened: Opened) -> dict[str, Any]:
    """The case of CASE as a newer release has written it since."""
    item = opened.client.get_item(TableName=opened.name, Key=to_item(conversation_key(CASE)))["Item"]
    newer = item | {FIELD: {"N": "99"}, "version": {"N": str(int(item["version"]["N"]) + 1)}, "new": {"S": "kept"}}
    opened.client.put_item(TableName=opened.name, Item=newer)
    return newer


@pytest.mark.parametrize("read", [conversation_of, author_of, participant_of, post_of, stored_mention])
def test_nothing_that_is_changed_and_written_back_is_read_from_a_newer_format(read: Any) -> None:
    with pytest.raises(FormatError):
        read({"pk": "a", "sk": "b", FIELD: FORMATS.latest + 1})


def test_a_checkpoint_of_a_newer_release_is_refused_before_it_is_moved() -> None:
    record = checkpoint_record(Checkpoint())
    assert FIELD not in record, "no step has been made yet"
    assert read_checkpoint(record) == Checkpoint()
    with pytest.raises(FormatError, match="A checkpoint"):
        read_checkpoint(record | {FIELD: 2})
