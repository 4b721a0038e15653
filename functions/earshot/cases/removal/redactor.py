"""Finds what a person wrote, and their name, in the texts of others, and takes it out."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from earshot.cases.conversation.forgetting import REMOVED

# So many words in a row are a quotation: alerts and notes cut posts, and letters may be replaced in an SMS.
_RUN = 5
# A shorter name is an ordinary word somewhere.
_LEAST_NAME = 4
_WORD = re.compile(r"\w+")
NO_HANDLE = "[removed]"
# Where a name stands alone. Anybody may call themselves "Open" or "x": elsewhere a single word is a status, an id or a
# key of ours, and not a person.
_OF_PEOPLE = frozenset({"handle", "name", "author", "authors", "who", "by", "label", "customer", "to"})


class Redactor:
    """Knows the handles (lower case), names and texts that must not be found any more."""

    def __init__(self, handles: Collection[str], names: Collection[str], texts: Collection[str]) -> None:
        self._exact = {*handles, *(f"@{one}" for one in handles), *(one.casefold() for one in names)}
        self._runs = {run for text in texts for run in _runs(text)}
        longer = [re.escape(one) for one in sorted(handles, key=len, reverse=True)]
        # In a text after its @, and in the addresses of profiles and posts.
        before = r"(?<!\w)(@|(?:x|twitter)\.com/|profile/)"
        self._handle = re.compile(rf"{before}(?:{'|'.join(longer)})(?![\w-])", re.IGNORECASE) if longer else None
        named = [re.escape(one) for one in sorted(names, key=len, reverse=True) if _is_full(one)]
        self._name = re.compile(rf"(?<!\w)(?:{'|'.join(named)})(?!\w)", re.IGNORECASE) if named else None

    def is_about(self, text: str) -> bool:
        """Whether a text of ours names them, or quotes what they wrote."""
        if self._handle is not None and self._handle.search(text):
            return True
        if self._name is not None and self._name.search(text):
            return True
        return not self._runs.isdisjoint(_runs(text))

    def without_handle(self, text: str) -> str:
        """Somebody else's post, in which nobody is named: it is theirs, whatever words it has."""
        return text if self._handle is None else self._handle.sub(rf"\1{NO_HANDLE}", text)

    def record(self, value: Any, *, is_post: bool = False, field: str = "") -> Any:
        """A stored value without them. ``is_post``: it is what another customer wrote, or their case.

        ``field`` is the name under which it is stored.
        """
        if isinstance(value, str):
            if field in _OF_PEOPLE and value.casefold() in self._exact:
                return REMOVED
            if is_post:
                return self.without_handle(value)
            return REMOVED if self.is_about(value) else value
        if isinstance(value, Mapping):
            fields = cast("Mapping[str, Any]", value)
            return {
                name: self.record(one, is_post=is_post or name in ("mention", "headline"), field=name)
                for name, one in fields.items()
                if not (name in ("handle", "name") and isinstance(one, str) and one.casefold() in self._exact)
            }
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self.record(one, is_post=is_post, field=field) for one in cast("Sequence[Any]", value)]
        return value

    def names_in_key(self, key: str) -> bool:
        """Whether a key is that of their part in a conversation."""
        return key.startswith("PARTICIPANT#") and key.rpartition("#")[2].lower() in self._exact


def _is_full(name: str) -> bool:
    """Whether a name is nobody's word: a single one may be."""
    return len(name) >= _LEAST_NAME and (" " in name.strip() or any(sign.isdigit() for sign in name))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every five words in a row; of a shorter text all of it, unless that is a word or two."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _RUN:
        return {tuple(words)} if len(words) > 2 else set()
    return {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
