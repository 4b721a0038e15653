"""A stand-in for YouTube's Data API v3 on 127.0.0.1: comment threads, replies, channels, units, refusals.

It answers as https://developers.google.com/youtube/v3/docs has it, to one API key. What is commented is put by
``comment`` and ``reply``.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from infra.local.loopback import Handler
from infra.local.social.faults import Fault, Json, StandIn, send

Query = Mapping[str, list[str]]
KEY = "AIzaSyD-a-key-of-thirty-nine-characters"
SHOWN_REPLIES = 5  # of a thread, however many it has
MOST_IDS = 50


def refusal(status: int, reason: str, message: str = "", domain: str = "youtube") -> Fault:
    """A refusal as Google has it."""
    errors = [{"message": message or reason, "domain": domain, "reason": reason}]
    return Fault(status, {"error": {"code": status, "message": message or reason, "errors": errors}})


QUOTA_EXCEEDED = refusal(
    403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.", "youtube.quota"
)
COMMENTS_DISABLED = refusal(403, "commentsDisabled", "The video has disabled comments.", "youtube.commentThread")
NO_SUCH_VIDEO = refusal(404, "videoNotFound", "The video could not be found.", "youtube.commentThread")
NOT_ENABLED = refusal(403, "accessNotConfigured", "YouTube Data API v3 has not been used in project 7.", "usageLimits")
TOO_OFTEN = refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded", "usageLimits")
BUSY = refusal(400, "processingFailure", "The API server failed to process the request.")
FAILS = refusal(503, "backendError", "Service unavailable", "global")


class YouTubeServer(StandIn):
    """Serves what was commented; ``asked`` are the calls, in order, each of which cost a unit.

    ``handle`` is the brand's channel, on which ``video`` is; ``elsewhere`` is a video of another channel.
    A fault of ``commentThreads`` meets any call of it, one of ``commentThreads?VIDEO`` that for a video.
    """

    video, elsewhere = "dQw4w9WgXcQ", "aaaaaaaaaaa"

    def __init__(self, handle: str, now: Any, key: str = KEY, port: int = 0) -> None:
        super().__init__(_YouTubeHandler, port)
        self.handle, self.key, self.now = handle, key, now
        self.subscribers: dict[str, int] = {}
        self.refuses_missing, self.denied, self.unreadable = False, set[str](), set[str]()
        self._threads: list[tuple[Json, list[Json]]] = []  # the newest first; replies the oldest first
        self._numbers = itertools.count(1)

    def comment(self, said: str, by: str = "jane", video: str = video, **more: Any) -> Json:
        """Comment on a video now, and return the comment."""
        with self._lock:
            comment = self._comment(f"Ug{next(self._numbers):022d}AaABAg", said, by, video) | more
            self._threads.insert(0, (comment, []))
        return comment

    def reply(self, said: str, below: Json, by: str = "jane") -> Json:
        """Reply in the thread of a comment now, and return the reply."""
        with self._lock:
            top, replies = next(one for one in self._threads if one[0] is below)
            reply = self._comment(f"{top['id']}.{next(self._numbers):020d}", said, by, "")
            del reply["snippet"]["videoId"], reply["snippet"]["channelId"]
            reply["snippet"]["parentId"] = top["id"]
            replies.append(reply)
        return reply

    def edit(self, comment: Json, said: str) -> None:
        """Change the text of a comment."""
        comment["snippet"] |= {"textDisplay": said, "updatedAt": _time(self.now())}

    def delete(self, comment: Json) -> None:
        """Delete a comment, and what is below it."""
        self._threads = [one for one in self._threads if one[0] is not comment]

    def delete_reply(self, place: int, below: Json) -> None:
        """Delete a reply in the thread of a comment, by its place in it."""
        with self._lock:
            del next(replies for top, replies in self._threads if top is below)[place]

    def look_up(self, query: Query) -> Fault:
        """Comments by their ids. One that is not there is left out, or has all refused (``refuses_missing``)."""
        wanted = query["id"][0].split(",")
        if len(wanted) > MOST_IDS or "maxResults" in query:
            return refusal(400, "invalidParameter", "id")
        if self.unreadable & {*wanted}:
            return refusal(400, "invalidValue", "Invalid value for the id parameter.")
        there = [one for top, replies in self._threads for one in (top, *replies) if one["id"] in wanted]
        if self.denied & {*wanted}:
            return refusal(403, "forbidden", "One or more of the requested comments cannot be retrieved.")
        if len(there) < len(wanted) and self.refuses_missing:
            return refusal(404, "commentNotFound", "One or more of the specified comments cannot be found.")
        return Fault(200, {"items": there})

    def channel_of(self, handle: str) -> str:
        """The id of somebody's channel."""
        return f"UC{handle:_<22}"[:24]

    def answer(self, resource: str, query: Query, key: str) -> Fault:
        """What a call is answered with."""
        with self._lock:
            self.asked.append(resource)
            for call in (f"{resource}?{query.get('videoId', [''])[0]}", resource):
                if faults := self._faults.get(call):
                    return faults.pop(0)
            if key != self.key:
                fault = refusal(400, "badRequest", "API key not valid. Please pass a valid API key.", "global")
                details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
                cast("Json", fault.body)["error"]["details"] = details
                return fault
            match resource:
                case "channels":
                    return Fault(200, {"items": self._channels(query)})
                case "commentThreads":
                    return _page([self._thread_of(*one) for one in self._threads if self._is_in(one[0], query)], query)
                case "comments" if "id" in query:
                    return self.look_up(query)
                case "comments":
                    parent = query["parentId"][0]
                    found = next((replies for top, replies in self._threads if top["id"] == parent), None)
                    if found is None:
                        return refusal(404, "commentNotFound", "The comment could not be found.", "youtube.comment")
                    return _page(found[::-1], query)
                case _:
                    return refusal(404, "notFound", "Not Found", "global")

    def _is_in(self, top: Json, query: Query) -> bool:
        if "videoId" in query:
            return str(top["snippet"]["videoId"]) == query["videoId"][0]
        return str(top["snippet"]["channelId"]) == query["allThreadsRelatedToChannelId"][0]

    def _channels(self, query: Query) -> list[Json]:
        if "forHandle" in query:
            handle = query["forHandle"][0].lstrip("@").lower()
            return [{"id": self.channel_of(handle)}] if handle == self.handle else []
        counts = ((one, self.subscribers.get(one, 0)) for one in query["id"][0].split(","))
        return [
            {"id": one, "statistics": {"subscriberCount": str(count), "hiddenSubscriberCount": False}}
            for one, count in counts
        ]

    def _thread_of(self, top: Json, replies: list[Json]) -> Json:
        snippet = {"topLevelComment": top, "totalReplyCount": len(replies), "isPublic": True}
        shown = {"replies": {"comments": replies[-SHOWN_REPLIES:]}} if replies else {}
        return {"kind": "youtube#commentThread", "id": top["id"], "snippet": snippet, **shown}

    def _comment(self, comment_id: str, said: str, by: str, video: str) -> Json:
        channel = self.channel_of(self.handle if video == self.video else "other")
        snippet = {
            "channelId": channel,
            "videoId": video,
            "textDisplay": said,
            "authorDisplayName": f"@{by}",
            "authorChannelId": {"value": self.channel_of(by)},
            "likeCount": 3,
            "publishedAt": _time(self.now()),
            "updatedAt": _time(self.now()),
        }
        return {"kind": "youtube#comment", "id": comment_id, "snippet": snippet}


def _page(found: list[Json], query: Query) -> Fault:
    size, token = int(query.get("maxResults", ["20"])[0]), query.get("pageToken", [""])[0]
    if not 1 <= size <= 100:
        return refusal(400, "invalidParameter", "maxResults")
    if token and not token.startswith("Q"):
        return refusal(400, "invalidPageToken", "The request specifies an invalid page token.")
    # A place among what there is, wherever more is put above it.
    start = max(0, len(found) - int(token[1:])) if token else 0
    more = {"nextPageToken": f"Q{len(found) - start - size}"} if start + size < len(found) else {}
    return Fault(200, {"items": found[start : start + size], "pageInfo": {"resultsPerPage": size}, **more})


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


class _YouTubeHandler(Handler):
    def do_GET(self) -> None:
        owner, parts = cast("YouTubeServer", self.owner), urlsplit(self.path)
        key = self.headers.get("X-Goog-Api-Key") or ""
        send(self, owner, owner.answer(parts.path.rpartition("/")[2], parse_qs(parts.query), key))
