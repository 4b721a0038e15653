"""Posts of Bluesky (AT protocol): views of posts and feeds, search results, threads, notifications, the firehose."""

from collections.abc import Iterator

from infra.replay.formats.record import Format, FoundPost, NotAPostError, Values, first, table, tables, total

SOURCE = "bluesky"
_POST = "app.bsky.feed.post"


def _recognises(values: Values) -> bool:
    if _is_view(values) or _is_view(table(values, "post")) or "post" in table(values, "thread"):
        return True
    return str(values.get("did", "")).startswith("did:") and "collection" in table(values, "commit")


def _is_view(values: Values) -> bool:
    return str(values.get("uri", "")).startswith("at://") and isinstance(values.get("record"), dict)


def _posts(values: Values) -> Iterator[FoundPost]:
    if "commit" in values:
        yield _of_the_firehose(values)
    elif "thread" in values or "replies" in values or "parent" in values:
        yield from _of_a_thread(table(values, "thread") or values)
    elif "post" in values:
        yield from _of_a_feed(values)
    else:
        yield _post(values)


def _of_a_thread(node: Values) -> Iterator[FoundPost]:
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if _is_view(table(at, "post")):
            yield _post(table(at, "post"))
        waiting += [*tables(at.get("replies")), *([table(at, "parent")] if table(at, "parent") else [])]


def _of_a_feed(item: Values) -> Iterator[FoundPost]:
    post, reason = table(item, "post"), table(item, "reason")
    if not str(reason.get("$type", "")).endswith("reasonRepost"):
        yield _post(post)
        return
    original = _post(post, embedded=True)
    yield original
    by = table(reason, "by")
    repost_id = reason.get("uri") or f"{post.get('uri')}/repost/{by.get('did')}"
    yield FoundPost(
        {
            "source": SOURCE,
            "id": repost_id,
            "created_at": reason.get("indexedAt"),
            **_author(by),
            "text": original.values["text"],
            "lang": original.values["lang"],
            "reposted_id": post.get("uri"),
        }
    )


def _post(view: Values, *, embedded: bool = False) -> FoundPost:
    record, author, uri = table(view, "record"), table(view, "author"), str(view.get("uri", ""))
    kind = str(record.get("$type", _POST))
    if kind != _POST:
        raise NotAPostError(kind.rpartition(".")[2])
    quoted = table(record, "embed", "record")
    quoted = table(quoted, "record") or quoted
    shown = table(view, "embed", "record")
    shown = table(shown, "record") or shown
    parent, root = table(record, "reply", "parent"), table(record, "reply", "root")
    return FoundPost(
        {
            "source": SOURCE,
            "id": uri,
            "created_at": first(record, "createdAt") or view.get("indexedAt"),
            **_author(author),
            "text": record.get("text"),
            "lang": next(iter(record.get("langs") or []), None),
            "conversation_id": root.get("uri") or uri,
            "in_reply_to_id": parent.get("uri"),
            "in_reply_to_user_id": _did_in(parent.get("uri")),
            "quoted_id": quoted.get("uri"),
            "quoted_handle": table(shown, "author").get("handle"),
            "reposts": total(view.get("repostCount"), view.get("quoteCount")),
            "link": _link(uri, str(author.get("handle") or author.get("did") or "")),
        },
        embedded,
    )


def _author(author: Values) -> dict[str, object]:
    return {
        "author_id": author.get("did"),
        "author_handle": author.get("handle"),
        "author_name": author.get("displayName"),
        "followers": author.get("followersCount"),
    }


def _of_the_firehose(event: Values) -> FoundPost:
    commit, did = table(event, "commit"), event.get("did")
    if commit.get("collection") != _POST or commit.get("operation") not in (None, "create"):
        raise NotAPostError(str(commit.get("collection")).rpartition(".")[2])
    uri = f"at://{did}/{_POST}/{commit.get('rkey')}"
    return _post({"uri": uri, "author": {"did": did}, "record": table(commit, "record")})


def _did_in(uri: object) -> str | None:
    parts = str(uri or "").split("/")
    return parts[2] if len(parts) > 2 and parts[2].startswith("did:") else None


def _link(uri: str, author: str) -> str | None:
    key = uri.rpartition("/")[2]
    return f"https://bsky.app/profile/{author}/post/{key}" if author and key else None


BLUESKY = Format("Bluesky's posts or notifications", _recognises, _posts)
