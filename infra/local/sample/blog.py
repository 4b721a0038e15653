"""The sample's second network: a widely read blog on this machine, and what others write below its post.

``blog.jsonl`` belongs to the story ``blog`` of the sample stream: HarborBank lets a blogger wait, and many of her
readers are in the same trouble. One JSON object a line, oldest first: ``offset_seconds`` from the start of the stream,
``id``, ``author`` and ``html``; the first is the post, which has a ``title``, the others are the comments on it.
"""

import json
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from earshot.mentions.sources.rss.subscription import Subscription
from infra.local.feeds.documents import FeedItem, rss
from infra.local.feeds.server import HTML, FeedServer

NAME = "Eighty-one, and counting"
_BRAND, _WORDS, _OWN_NAMES = "HarborBank", ("harbor bank",), ("Harbor Bank Care",)
# As many follow her on X.
_READERS = 142_000
_FEED, _COMMENTS, _PAGE = "/feed/", "/comments/feed/", "/2026/they-closed-my-branch/"
_TEXTS = Path(__file__).with_name("blog.jsonl")


def load() -> list[dict[str, Any]]:
    """The post and the comments on it, oldest first."""
    with _TEXTS.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class SampleBlog:
    """The blog on a server of feeds. ``written_at`` is when what stands at an offset is written; None: never."""

    def __init__(
        self, server: FeedServer, written_at: Callable[[float], datetime | None], clock: Callable[[], datetime]
    ) -> None:
        self._server = server
        self._written_at = written_at
        self._clock = clock
        self.publish()

    @property
    def subscription(self) -> Subscription:
        """How a stack listens to it."""
        return Subscription(
            f"{self._server.url}{_FEED}", _BRAND, words=_WORDS, reach=_READERS, own_names=_OWN_NAMES, name=NAME
        )

    @property
    def page(self) -> str:
        """The page of the post."""
        return f"{self._server.url}{_PAGE}"

    def publish(self) -> None:
        """Serve what is written by now: the feed, that of the comments, and the page."""
        items = [item for record in load() if (item := self._item(record)) is not None]
        posts, comments = items[:1], items[1:]
        self._server.put(_FEED, rss(NAME, self._server.url, posts))
        self._server.put(_COMMENTS, rss(f"Comments on {NAME}", self._server.url, reversed(comments)))
        if posts:
            self._server.put(_PAGE, _page(posts[0], comments), HTML)

    def _item(self, record: dict[str, Any]) -> FeedItem | None:
        at = self._written_at(record["offset_seconds"])
        if at is None or at > self._clock():
            return None
        is_post, id = "title" in record, record["id"]
        return FeedItem(
            link=self.page if is_post else f"{self.page}#comment-{id}",
            html=record["html"],
            author=record["author"],
            title=record.get("title", f"By: {record['author']}"),
            at=at,
            guid=f"{NAME} {id}",
            comments=f"{self._server.url}{_COMMENTS}" if is_post else "",
        )


def _page(post: FeedItem, comments: list[FeedItem]) -> str:
    below = "".join(
        f'<p id="{escape(one.link.partition("#")[2])}"><b>{escape(one.author)}</b>: {one.html}</p>' for one in comments
    )
    title = escape(post.title)
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{post.html}<hr>{below}"
