"""The names that X's API has for the fields that are asked for: X is renaming ``tweet`` to ``post``.

Version 2.166 of X's own description (2026-07-06) has the old names only, version 2.167 (2026-08-22) the new ones only.
Either answers 400 to the other's. Which of them X itself accepts is not known beforehand, and may change on any day.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

from earshot.mentions.source_state import SourceError, SourceStatus

_USER_FIELDS = "public_metrics,verified,verified_type,username,name,profile_image_url,protected"


class Vocabulary(StrEnum):
    """One set of names, by the name of the parameter that lists a post's fields."""

    TWEET = "tweet.fields"
    POST = "post.fields"

    @property
    def other(self) -> "Vocabulary":
        """The other set of names."""
        return Vocabulary.POST if self is Vocabulary.TWEET else Vocabulary.TWEET

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that ask for all that a mention is made of.

        In 2.167 the author, the references and whom a post replies to are no fields: expansions bring them.
        """
        if self is Vocabulary.TWEET:
            return {
                "tweet.fields": "author_id,conversation_id,created_at,lang,in_reply_to_user_id,public_metrics,"
                "possibly_sensitive,note_tweet,referenced_tweets,edit_history_tweet_ids,entities,withheld",
                "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
                "user.fields": _USER_FIELDS,
            }
        return {
            "post.fields": "conversation_id,created_at,lang,public_metrics,possibly_sensitive,note_post,entities,"
            "withheld",
            "expansions": "author_id,referenced_posts,in_reply_to_user_id",
            "user.fields": _USER_FIELDS,
        }

    @classmethod
    def of(cls, name: str | None) -> "Vocabulary | None":
        """The set of this name; None where there is none, as before the first answer."""
        return next((words for words in cls if words == name), None)


class UnknownFieldsError(SourceError):
    """X refused the names of the fields that it was asked for."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            SourceStatus.INCOMPATIBLE,
            f"X accepts neither the old nor the new names of its fields: {detail} The settings are not the cause: "
            "update Earshot to a release that knows X's present API.",
        )


def refuses_fields(problem: Mapping[str, Any], detail: str) -> bool:
    """Whether a refusal (status 400) is about the names of fields; ``detail`` is what it says in words.

    X names the culprit in ``errors[].parameters`` or, in newer answers, in ``parameter``. A message that lists the
    allowed parameters contains the names of others, and is read only where no culprit is named.
    """
    names = named_parameters(problem)
    asked = {name for words in Vocabulary for name in words.parameters}
    return bool(names & asked) if names else any(name in detail for name in asked)


def named_parameters(problem: Mapping[str, Any]) -> frozenset[str]:
    """The parameters that a refusal names as its cause."""
    listed: object = problem.get("errors")
    errors = cast("list[object]", listed) if isinstance(listed, list) else []
    names: set[str] = set()
    for one in (problem, *errors):
        if not isinstance(one, Mapping):
            continue
        fields = cast("Mapping[str, Any]", one)
        several: object = fields.get("parameters")
        if isinstance(several, Mapping):
            names |= {str(name) for name in cast("Mapping[str, object]", several)}
        if isinstance(fields.get("parameter"), str):
            names.add(fields["parameter"])
    return frozenset(names)
