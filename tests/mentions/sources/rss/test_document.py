"""What strangers write into a feed: malformed, hostile, in the wrong encoding."""

import multiprocessing
import os
import pickle
from contextlib import suppress
from html import escape
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.rss import document
from earshot.mentions.sources.rss.client import Answer
from earshot.mentions.sources.rss.document import read_document
from earshot.mentions.sources.rss.plain import plain_text
from infra.local.feeds.documents import rss
from tests.mentions.sources.rss.feed_listener import BLOG, FeedListener, item


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("<rss><channel><item><title>Caf\xe9 Harbor Bank</title><link>https://a.example/1</link>", "text/xml", "Café"),
        ("\ufeff" + rss("B", BLOG, [item(1, "naïve Harbor Bank", title="")]), "text/xml; charset=latin-1", "naïve"),
        (rss("B", BLOG, [item(1, "\x00\x08Harbor Bank & <3 <b>x", title="")]), "text/plain", "Harbor"),
        (
            '<rss version="2.0"><channel><item><guid>1</guid><description>Harbor Bank &bogus; &#xD800;</description>',
            "",
            "Harb",
        ),
    ],
    ids=["cut-latin-1", "wrong-charset", "control", "bogus-entities"],
)
def test_what_is_malformed_is_read_as_far_as_it_can_be(feed: FeedListener, body: str, kind: str, text: str) -> None:
    encoding = "latin-1" if "\xe9" in body and "<?xml" not in body else "utf-8"
    feed.server.put(feed.path, body.encode(encoding), kind)
    (mention,) = feed.new(minutes=5)
    assert text in mention.text
    assert mention.to_record() == type(mention).from_record(mention.to_record()).to_record()


def test_a_page_is_no_feed_and_says_so(feed: FeedListener) -> None:
    feed.server.put(feed.path, "<!doctype html><html><body>Harbor Bank</body></html>", "text/html")
    assert feed.new(minutes=5) == []
    assert (feed.state.status, "earshot sources add" in feed.state.message) == (SourceStatus.MISCONFIGURED, True)


def test_links_that_run_scripts_are_dropped(feed: FeedListener) -> None:
    feed.server.put(feed.path, rss("B", BLOG, [item(1, "Harbor Bank", link="javascript:alert(1)", minutes=1)]))
    (mention,) = feed.new(minutes=5)
    assert mention.link is None


PIECES = (
    *(
        "<item>",
        "</item>",
        "<title>",
        "<link>",
        "<description>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<!DOCTYPE x [",
        "&#xD800;",
    ),
    *(
        "&#0;",
        "&bogus;",
        "\x00",
        "\ud7ff",
        "<entry>",
        "<author><name>",
        "<pubDate>Xyz 99",
        "<guid>",
        "Harbor Bank",
        "<",
        "&",
    ),
    *(
        '<thr:in-reply-to ref="',
        '<link href="javascript:x"/>',
        "</rss>",
        "<?xml version='1.1' encoding='x'?>",
        "\u202e",
    ),
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20))
def test_whatever_a_stranger_writes_into_a_feed_its_other_items_are_heard(pieces: list[str]) -> None:
    """Parsed in this process: to copy it for each of hundreds of documents takes ten times as long as to read them."""
    hostile = escape("".join(pieces).encode("utf-8", "replace").decode())
    items = [
        item(1, hostile, title=hostile[:40], author=hostile[:30]),
        item(2, "I trust Harbor Bank no more", minutes=1),
    ]
    body = rss("Blog", BLOG, items).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document, "_parsed_apart", _parsed_here)
        found = read_document(Answer(BLOG, body, "application/rss+xml"))
        assert "I trust Harbor Bank no more" in found.entries[-1].body
        # As it stands, unescaped: it may end the feed, and never the program.
        with suppress(SourceError):
            read_document(Answer(BLOG, "".join(["<rss><channel>", *pieces]).encode("utf-8", "replace"), ""))


def _parsed_here(answer: Answer) -> object:
    """What the process that parses would send."""
    sent = Sent()
    document._parse_and_send(sent, answer)
    return sent.parsed


class Sent:
    """The end of a pipe: what is sent arrives as it does in another process."""

    def send(self, parsed: object) -> None:
        self.parsed = pickle.loads(pickle.dumps(parsed))


@pytest.mark.parametrize(
    "body",
    [
        "\n" * 20_000 + "<rss><channel>",
        "<?" + "encoding='" * 1_500,
        "\n<!ENTITY" * 40_000 + "<rss>",
        f"<rss><channel><item><author>{'a' * 20_000}</author></item></channel></rss>",
    ],
    ids=["newlines", "encoding", "entities", "author"],
)
def test_what_would_take_hours_is_given_up(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    monkeypatch.setattr(document, "PARSE_SECONDS", 0.2)
    began = monotonic()
    with pytest.raises(SourceError, match="too intricate") as raised:
        read_document(Answer(BLOG, body.encode(), "application/rss+xml"))
    assert raised.value.status is SourceStatus.INCOMPATIBLE
    assert monotonic() - began < 5
    assert not multiprocessing.active_children()


def test_a_parser_that_dies_or_fails_is_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LookupError

    for parse, says in ((lambda *_, **__: os._exit(9), "too intricate"), (fails, "LookupError")):
        monkeypatch.setattr(document.feedparser, "parse", parse)
        with pytest.raises(SourceError, match=says):
            read_document(Answer(BLOG, b"<rss/>", ""))


def test_a_number_that_is_too_long_costs_no_item() -> None:
    body = rss("B", BLOG, [item(1, f"Harbor Bank &#{'9' * 5_000}; &#{'0' * 5_000}65; x"), item(2)]).replace(
        "&amp;#", "&#"
    )
    assert len(read_document(Answer(BLOG, body.encode(), "application/rss+xml")).entries) == 2


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("I <3 you, 1 < 2 > 0 &amp; &lt;b&gt;", "I <3 you, 1 < 2 > 0 & <b>"),
        ("a<script>alert('<p>x</p>')</script>b<style>p{}</style>c", "abc"),
        ("a<!-- <p>hidden</p> -->b<!-- never ends <p>c", "ab"),
        ("<img src=x onerror=alert(1)>hi<a href='javascript:x'>there</a>", "hithere"),
        ("<div  class='a>b'>x</div>", "b'>x"),
        ("<script>never ends <p>c", ""),
        (f"a &#{'9' * 5_000}; b &#x{'f' * 5_000}; &#65;", "a \ufffd b \ufffd A"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text
