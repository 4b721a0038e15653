"""What each network beside X has: how its accounts and places are written, and what is searched for there."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

MAX_WORDS, MAX_WORD_LENGTH = 10, 100
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}"
_ACCOUNTS = {
    "bluesky": re.compile(_DOMAIN),
    "mastodon": re.compile(rf"[a-z0-9_][a-z0-9_.-]{{0,60}}@(?:{_DOMAIN}|localhost)"),
    "reddit": re.compile(r"[a-z0-9_-]{3,20}"),
    "youtube": re.compile(r"[\w][\w.·-]{2,29}"),
    "facebook": re.compile(r"[a-z0-9.]{5,50}"),
}
_EXAMPLES = {
    "bluesky": "nimbusair.bsky.social",
    "mastodon": "care@mastodon.social",
    "reddit": "nimbusair_care",
    "youtube": "nimbusair",
    "facebook": "nimbusair",
}
_API_URLS = {
    "bluesky": "https://bsky.social",
    "reddit": "https://oauth.reddit.com",
    "youtube": "https://youtube.googleapis.com",
    "facebook": "https://graph.facebook.com",
}
# What a place is called, and how it is written.
_PLACES = {
    "reddit": ("community", re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}"), "travel"),
    "youtube": ("video", re.compile(r"[\w-]{11}", re.ASCII), "dQw4w9WgXcQ"),
}
# Where words are searched for.
_SEARCHED = frozenset({"bluesky", "mastodon", "reddit"})
_WITH_HASHTAGS = frozenset({"bluesky", "mastodon"})
# What each network is read with, as an operator is asked for it.
_CREDENTIALS = {
    "bluesky": "App password",
    "mastodon": "Access token",
    "reddit": "Id and secret of the app, as ID:SECRET",
    "youtube": "API key",
    "facebook": "Access token of the page",
}
MAX_ACCOUNT_LENGTH = 100  # it is the handle of an author as well
NETWORKS = tuple(_ACCOUNTS)


def credential_name(network: str) -> str:
    """What a network is read with."""
    return _CREDENTIALS.get(network, "Credential")


def api_url(network: str, account: str) -> str:
    """Where the API of a network is, as far as the network or the account says it."""
    return _API_URLS.get(network) or f"https://{account.rpartition('@')[2]}"


def account_problem(network: str, account: str) -> str | None:
    """What is wrong with the name of an account as it is written, with the remedy; None: nothing."""
    if network not in _ACCOUNTS:
        known = f"{', '.join(NETWORKS[:-1])} or {NETWORKS[-1]}"
        return f"{network!r} is no network that Earshot knows accounts of: write {known}."
    if len(account) > MAX_ACCOUNT_LENGTH or not _ACCOUNTS[network].fullmatch(account.lower()):
        return f"{account[:80]!r} is no account on {_title(network)}: write it as {_EXAMPLES[network]}."
    return None


def words_problem(network: str, words: Sequence[str]) -> str | None:
    """Why these words cannot be searched for on a network, with the remedy; None: they can."""
    if words and network not in _SEARCHED:
        return f"{_title(network)} is not searched for words: leave {words[0]!r} out."
    if network not in _WITH_HASHTAGS and (tag := next((one for one in words if str(one).startswith("#")), None)):
        return f"{_title(network)} has no hashtags: write {tag!r} without #."
    return None


def is_searched(network: str) -> bool:
    """Whether an account there searches for words."""
    return network in _SEARCHED


def place_problem(network: str, place: object) -> str | None:
    """What is wrong with a place as it is written, with the remedy; None: nothing."""
    if network not in _PLACES:
        return f"{_title(network)} has no places to read: leave {str(place)[:40]!r} out."
    name, pattern, example = _PLACES[network]
    if not isinstance(place, str) or not pattern.fullmatch(place):
        return f"{str(place)[:40]!r} is no {name} on {_title(network)}: write it as {example}."
    return None


def place_name(network: str, written: str) -> str:
    """A place as it is stored, which may be written as a person would: ``r/Travel`` is ``travel``."""
    place = written.strip()
    if network == "reddit":
        return re.sub(r"^/?r/", "", place).strip("/").lower()
    # The link of a video has its id as v=..., or at its end.
    named = re.search(r"(?:[?&]v=|youtu\.be/|/shorts/|/live/)([\w-]{11})", place, re.ASCII)
    return named.group(1) if network == "youtube" and named else place


def host_problem(host: str) -> str | None:
    """What is wrong with the address of an API, with the remedy; None: nothing. Credentials go to no other scheme."""
    try:
        parts = urlsplit(host)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return f"{host[:80]!r} is no address: write it as https://pds.example."
    is_local = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.rstrip("/"))
    if not (is_whole and is_plain and host.isprintable() and " " not in host and (parts.scheme == "https" or is_local)):
        return f"{host[:80]!r} is no address of an API: write it as https://pds.example, without a path."
    return None


def word_problem(word: object) -> str | None:
    """What is wrong with a word to search for, with the remedy; None: nothing."""
    is_text = isinstance(word, str) and word == word.strip() and 0 < len(word) <= MAX_WORD_LENGTH and word.isprintable()
    if not is_text or '"' in str(word):
        return f"{str(word)[:40]!r} must be a text of 1 to {MAX_WORD_LENGTH} characters, without quotes."
    if str(word).startswith("#") and not re.fullmatch(r"#\w+", str(word)):
        return f"{word!r} is no hashtag: it has letters, digits and underscores, as #nimbusair."
    return None


def _title(network: str) -> str:
    return {"youtube": "YouTube"}.get(network, network.title())
