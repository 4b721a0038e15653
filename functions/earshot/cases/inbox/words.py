"""Searching cases by words: without case and accents, and all of them must be there, in any order."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

# The network's own id at the end of a post's address: https://x.com/jane/status/1859, and on Bluesky
# https://bsky.app/profile/jane.example/post/3l6oveex3ii2l, whose author may be named in two ways.
_POST_ID = re.compile(r"\d{5,}")
_BLUESKY_ID = re.compile(r"/post/[2-7a-z]{13}")
# https://www.reddit.com/r/travel/comments/1abc/lost_my_bag/ is t3_1abc; with the id of a comment at its end it is t1_..
_REDDIT_ID = re.compile(r"/comments/([0-9a-z]+)(?:/[^/]*(?:/([0-9a-z]+))?)?/?$")
# Characters of a case that are searched. All waiting cases are in memory, and one character can become 18 there.
MOST_SEARCHED = 6_000


def searched_in(*texts: str | None) -> str:
    """What a case is searched in, as ``search_form`` gives it: the beginning of its texts, one after the other."""
    return search_form("\n".join(filter(None, texts)))


def has_words(searched: str, terms: tuple[str, ...]) -> bool:
    """Whether each of the terms, as ``search_terms`` gives them, is part of what is searched."""
    return all(term in searched for term in terms)


def search_form(text: str) -> str:
    """A text as it is searched, of which its beginning counts: without case and accents, and with composed and
    full-width characters unified."""
    composed = unicodedata.normalize("NFKC", text[:MOST_SEARCHED]).casefold()[:MOST_SEARCHED]
    decomposed = unicodedata.normalize("NFKD", composed)
    return "".join(character for character in decomposed if not unicodedata.combining(character))[:MOST_SEARCHED]


def search_terms(find: str) -> tuple[str, ...]:
    """The words of a search, all of which must be there. Of a link the id of its post counts, or else its address."""
    return tuple(filter(None, (_term(word) for word in find.split())))


def post_ids(find: str) -> tuple[str, ...]:
    """The ids of posts in a search: numbers, and those in pasted links, also as other networks' posts have them."""
    return tuple(dict.fromkeys(one for word in find.split() for one in _ids_of(word)))


def _ids_of(word: str) -> Iterator[str]:
    post_id = _post_id(word)
    if post_id is None:
        return
    yield post_id
    if _is_link(word):
        parts = urlsplit(word)
        author = parts.path.split("/")[-3] if _BLUESKY_ID.search(parts.path) else ""
        if author.startswith("did:"):
            yield f"{author}.{post_id}"
        if parts.path.startswith("/@"):
            yield f"{post_id}@{parts.netloc.lower()}"


def _post_id(word: str) -> str | None:
    if not _is_link(word):
        return word if _POST_ID.fullmatch(word) else None
    parts = urlsplit(word)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    # A link to a comment on YouTube names the video, and then the comment.
    if host.endswith("youtube.com") and (comment := parse_qs(parts.query).get("lc")):
        return comment[0]
    if host.endswith("reddit.com") and (named := _REDDIT_ID.search(path)):
        return f"t1_{named.group(2)}" if named.group(2) else f"t3_{named.group(1)}"
    last = path.rpartition("/")[2]
    return last if _POST_ID.fullmatch(last) or _BLUESKY_ID.fullmatch(path[-len("/post/") - 13 :]) else None


def _term(word: str) -> str:
    if not _is_link(word):
        return search_form(word.strip("@#\"'“”,;"))
    parts = urlsplit(word)
    return _post_id(word) or search_form(f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}")


def _is_link(word: str) -> bool:
    try:
        return urlsplit(word).scheme.lower() in ("http", "https")
    except ValueError:  # such as an unclosed bracket: no address
        return False
