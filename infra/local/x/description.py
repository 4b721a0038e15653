"""What X's own description of its API declares for the operations of the stand-in, in its versions 2.166 and 2.167.

A request with a parameter or a value that is not declared is refused, as X refuses it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from infra.local.x.timeline import BadRequestError


class ApiVersion(StrEnum):
    """What the stand-in accepts and answers with: old names only, new names only, or those of each request."""

    V2_166 = "2.166"
    V2_167 = "2.167"
    BOTH = "both"


# The fields of a post that both versions know by one name.
_POST_FIELDS = (
    "article attachments card_uri community_id context_annotations conversation_id created_at display_text_range "
    "edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics note_request_suggestions "
    "organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source "
    "suggested_source_links suggested_source_links_with_counts text withheld"
).split()
_EXPANSIONS = (
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id entities.mentions.username geo.place_id in_reply_to_user_id"
).split()
_USER_FIELDS = (
    "confirmed_email connection_status created_at description entities id is_identity_verified location name parody "
    "profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription subscription_type url "
    "username verified verified_followers_count verified_type withheld"
).split()
_OLD = {
    "tweet.fields": {
        *_POST_FIELDS,
        *"author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets".split(),
    },
    "expansions": {
        *_EXPANSIONS,
        "edit_history_tweet_ids",
        "entities.note.mentions.username",
        "referenced_tweets.id",
        "referenced_tweets.id.attachments.media_keys",
        "referenced_tweets.id.author_id",
    },
    "user.fields": {*_USER_FIELDS, "affiliation", "most_recent_tweet_id", "pinned_tweet_id"},
}
_NEW = {
    "post.fields": {*_POST_FIELDS, "article_title", "note_post"},
    "expansions": {*_EXPANSIONS, "edit_history_post_ids", "referenced_posts", "username"},
    "user.fields": {*_USER_FIELDS, "subscribes_to_you"},
}
_FIELDS_OF = {ApiVersion.V2_166: _OLD, ApiVersion.V2_167: _NEW}
_MEDIA = ("media.fields", "poll.fields", "place.fields")
_WINDOW = ("start_time", "end_time", "since_id", "until_id", "max_results", "pagination_token")
_PARAMETERS = {
    "user": (),
    "mentions": (*_MEDIA, *_WINDOW),
    "tweets": (*_MEDIA, *_WINDOW, "exclude"),
    "search": (*_MEDIA, *_WINDOW, "query", "next_token", "sort_order"),
    "lookup": (*_MEDIA, "ids"),
    "counts": ("query", "granularity", "start_time", "end_time", "next_token", "since_id", "until_id"),
}
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_ID = re.compile(r"[0-9]{1,19}")


def check_request(version: ApiVersion, operation: str, params: Mapping[str, str]) -> bool:
    """Whether a request is in the new names; BadRequestError names the parameter that is not declared.

    ``operation`` is ``user``, ``mentions``, ``tweets``, ``search``, ``lookup`` or ``counts``. Where both versions
    are accepted, a request is checked against the one whose names it uses.
    """
    is_new = version is ApiVersion.V2_167 or (version is ApiVersion.BOTH and "post.fields" in params)
    declared = _FIELDS_OF[ApiVersion.V2_167 if is_new else ApiVersion.V2_166]
    allowed = {*_PARAMETERS[operation], *declared}
    for name, text in params.items():
        if name not in allowed:
            names = ",".join(sorted(allowed))
            raise BadRequestError(f"The query parameter [{name}] is not one of [{names}]", {name: [text]})
        values = text.split(",")
        for value in values if name in declared else ():
            if value not in declared[name] or values.count(value) > 1:
                known = ",".join(sorted(declared[name]))
                message = f"The `{name}` query parameter value [{value}] is not one of [{known}]"
                raise BadRequestError(message, {name: [value]})
    return is_new


def check_username(name: str) -> None:
    """BadRequestError where no account can have this name."""
    if not _USERNAME.fullmatch(name):
        message = f"The `username` query parameter value [{name}] does not match ^[A-Za-z0-9_]{{1,15}}$"
        raise BadRequestError(message, {"username": [name]})


def check_id(text: str, name: str) -> None:
    """BadRequestError where a text is no id; ``name`` is the parameter that has it."""
    if not _ID.fullmatch(text):
        message = f"The `{name}` query parameter value [{text}] does not match ^[0-9]{{1,19}}$"
        raise BadRequestError(message, {name: [text]})
