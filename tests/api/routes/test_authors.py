"""The history of an author."""

from dataclasses import replace

import pytest

from tests.api.fakes import case_id
from tests.fakes import a_mention

pytestmark = pytest.mark.slow


def test_an_authors_history(made, call):
    author = replace(a_mention().author, id="did:plc:4711")
    for id in ("81", "82", "83"):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, author=author))
    seen, cursor = [], {}
    while cursor is not None:
        page = call("GET", "/authors/x/did:plc:4711", limit=4, **cursor).json
        seen += [(item["kind"], item[item["kind"]]["id"]) for item in page["items"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    newest_first = ["83", "82", "81"]
    assert seen == [pair for id in newest_first for pair in (("case", case_id(id, "did:plc:4711")), ("mention", id))]


def test_nobody_knows_a_stranger(call):
    assert call("GET", "/authors/x/404").status == 404
    assert call("GET", "/authors/x/" + "9" * 401).status == 400
    assert call("GET", "/authors/x/404", cursor="bm9uZQ").status == 400
