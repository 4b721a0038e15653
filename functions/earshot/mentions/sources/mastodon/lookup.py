"""Looks statuses of Mastodon up, one by one: 404 and 410 say that a status is not there (any more)."""

from collections.abc import Mapping, Sequence

from earshot.errors import MentionError
from earshot.mentions.mention import MAX_EDITS, Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, LookedUp, NewerText
from earshot.mentions.sources.mastodon.network import MastodonNetwork
from earshot.mentions.sources.mastodon.statuses import text_of, why_not_kept
from earshot.mentions.sources.social.values import Payload, text, time_or


class MastodonLookup:
    """Looks up at the instances of the brand's accounts, by domain. What belongs to another one is not asked for.

    What one account of an instance is not shown, whose author may have blocked it, its others are asked for.
    """

    # 300 calls in five minutes are all that an account has, and its streams are read with them as well.
    most = 20

    def __init__(self, instances: Mapping[str, Sequence[MastodonNetwork]]) -> None:
        self._instances = instances

    def server_of(self, id: str) -> str:
        """The instance of a status."""
        return id.rpartition("@")[2]

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What their instances say of these statuses. SourceError ends it: what was asked before is asked again."""
        served, gone, edited = set[str](), dict[str, Fate](), dict[str, NewerText]()
        for post in posts:
            status_id, _, domain = post.id.rpartition("@")
            if domain not in self._instances:
                continue
            answers = (account.status(status_id) for account in self._instances[domain])
            status = next((one for one in answers if one is not None), None)
            if status is None:
                gone[post.id] = Fate.DELETED
            elif text(status, "id") != status_id:
                raise SourceError(SourceStatus.UNAVAILABLE, f"{domain}'s answer is not the status it was asked for.")
            elif why_not_kept(status) is not None:
                gone[post.id] = Fate.PROTECTED
            else:
                served.add(post.id)
                if (newer := _newer(status, post)) is not None:
                    edited[post.id] = newer
        return LookedUp(frozenset(served), gone, edited)


def _newer(status: Payload, stored: Mention) -> NewerText | None:
    """What a status says since it was edited, where that is not what is stored."""
    if status.get("edited_at") is None:
        return None
    edited_at = time_or(status, "edited_at", stored.asked_at)
    version = f"{stored.id}.{int(edited_at.timestamp())}"
    if version in stored.edit_ids or edited_at <= stored.asked_at:
        return None
    try:
        return NewerText(text_of(status), (*stored.edit_ids, version)[-MAX_EDITS:], edited_at)
    except MentionError:
        return None
