"""Statuses and notifications of Mastodon's API (and of servers that speak it): text is HTML, accounts are objects."""

from collections.abc import Iterator
from html.parser import HTMLParser

from infra.replay.formats.record import Format, FoundPost, NotAPostError, Values, first, table, total

SOURCE = "mastodon"
_SAID = frozenset({"mention", "status", "quote", "quoted_update", "update"})


def _recognises(values: Values) -> bool:
    if "acct" not in table(values, "account"):
        return False
    return "content" in values or "reblog" in values or isinstance(values.get("type"), str)


def _posts(values: Values) -> Iterator[FoundPost]:
    kind = values.get("type")
    if "content" in values or kind is None:
        yield from _with_original(values, embedded=False)
        return
    status = table(values, "status")
    if kind not in _SAID or not status:
        raise NotAPostError(str(kind))
    yield from _with_original(status, embedded=False)


def _with_original(status: Values, *, embedded: bool) -> Iterator[FoundPost]:
    original = table(status, "reblog")
    if original:
        yield from _with_original(original, embedded=True)
    account, said = table(status, "account"), original or status
    quoted = table(said, "quote", "quoted_status")
    yield FoundPost(
        {
            "source": SOURCE,
            "id": status.get("id"),
            "created_at": status.get("created_at"),
            "author_id": account.get("id"),
            "author_handle": account.get("acct"),
            "author_name": account.get("display_name"),
            "followers": account.get("followers_count"),
            "text": "\n\n".join(part for part in (said.get("spoiler_text"), plain_text(said.get("content"))) if part),
            "lang": status.get("language"),
            "in_reply_to_id": status.get("in_reply_to_id"),
            "in_reply_to_user_id": status.get("in_reply_to_account_id"),
            "reposted_id": original.get("id"),
            "quoted_id": quoted.get("id"),
            "quoted_handle": table(quoted, "account").get("acct"),
            "reposts": total(status.get("reblogs_count"), status.get("quotes_count")),
            "link": first(status, "url", "uri"),
        },
        embedded,
    )


def plain_text(html: object) -> str:
    """The words of a status: paragraphs apart, and links as they are shown."""
    if not isinstance(html, str):
        return ""
    parser = _Words()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).split("\n"))
    return "\n".join(lines).strip()


class _Words(HTMLParser):
    """Collects text; what Mastodon hides of a link (``invisible``) is left out, as its readers do not see it either."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append("\n")
        elif tag == "p" and self.words:
            self.words.append("\n\n")
        elif self._hidden or (tag == "span" and ("class", "invisible") in attrs):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in ("br", "p"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data.replace("\n", " "))


MASTODON = Format("Mastodon's statuses or notifications", _recognises, _posts)
