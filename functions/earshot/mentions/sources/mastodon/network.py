"""Reads an account's streams of Mastodon: its notifications, its statuses, hashtags, and searches of its instance."""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote

from earshot.mentions.source_state import SourceError, SourceStatus, reason_given
from earshot.mentions.sources.mastodon.statuses import NETWORK, Instance, mention_of, version_of, why_not_kept
from earshot.mentions.sources.social.accounts import SocialAccount, Stream, StreamKind
from earshot.mentions.sources.social.client import Answer, ApiClient, Parameters, limit_ends, unavailable
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.secret import Secret, ask_with_credential
from earshot.mentions.sources.social.values import Payload, name_of, table, tables, text, time_or

PAGE_SIZE = 40  # the most that is served
_TYPES = ("mention", "quote")
_MOST_ROOTS = 5_000


class MastodonNetwork:
    """An instance as one account sees it. Every failure is a SourceError whose message names the remedy."""

    def __init__(
        self, account: SocialAccount, client: ApiClient, secret: Secret, clock: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._client = client
        self._secret = secret
        self._clock = clock
        self._instance: Instance | None = None
        self._roots: dict[str, str] = {}  # by status: with which its conversation began

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream. SourceError where the instance refuses."""
        instance = self._known_instance()
        if stream.kind is StreamKind.SEARCH:
            return self._search(stream, int(cursor or 0))
        more = [("limit", str(PAGE_SIZE)), *([] if cursor is None else [("max_id", cursor)])]
        match stream.kind:
            case StreamKind.MENTIONS:
                # Those that the account's own filters keep apart, too: a stranger's complaint may be among them.
                types = [*(("types[]", one) for one in _TYPES), ("include_filtered", "true")]
                found = tables(self._get("/api/v1/notifications", [*types, *more]).body)
                entries = map(self._notification, found)
            case StreamKind.OWN:
                path = f"/api/v1/accounts/{quote(instance.account_id, safe='')}/statuses"
                # What is pinned is served apart from these.
                found = tables(self._get(path, [("exclude_reblogs", "true"), *more]).body)
                entries = map(self._entry, found)
            case _:
                found = tables(self._get(f"/api/v1/timelines/tag/{quote(stream.name, safe='')}", more).body)
                entries = map(self._entry, found)
        return Page(tuple(entries), text(found[-1], "id") or None if found else None)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where the instance does not say what is needed of them."""
        converted, instance = Converted(), self._known_instance()
        for entry in entries:
            is_notification = stream.kind is StreamKind.MENTIONS
            if is_notification and text(entry.post, "type") not in _TYPES:
                continue
            status = table(entry.post, "status") if is_notification else entry.post
            why = why_not_kept(status) if status else "deleted"
            root = self._root_of(status) if why is None else None
            if why is not None or root is None:
                converted.not_kept[why or "deleted"] += 1
                continue
            converted.add(entry, lambda status=status, root=root: mention_of(status, stream, instance, root))
        return converted

    def status(self, status_id: str) -> Payload | None:
        """A status by its number; None where the instance says that it is not there (any more) for this account.

        SourceError where it refuses anything else, or does not answer.
        """
        answer = self._call(f"/api/v1/statuses/{quote(status_id, safe='')}", ())
        # Whatever stands before an instance may answer 404, too: that says nothing of a status.
        if answer.status in (404, 410) and text(answer.values, "error"):
            return None
        return self._checked(answer).values

    def _search(self, stream: Stream, offset: int) -> Page:
        """A page of what the instance finds, newest first: it goes on by number."""
        phrase = f'"{stream.name}"' if len(stream.name.split()) > 1 else stream.name
        query = [("q", phrase), ("type", "statuses"), ("limit", str(PAGE_SIZE)), ("offset", str(offset))]
        found = tables(self._get("/api/v2/search", query).values.get("statuses"))
        return Page(tuple(map(self._entry, found)), str(offset + len(found)) if len(found) >= PAGE_SIZE else None)

    def _notification(self, notification: Payload) -> Entry:
        # A newer version of what is told of is told of anew only to those who passed it on.
        name = f"{name_of(notification, 'id')}.{text(table(notification, 'status'), 'edited_at')}"
        return Entry(name, time_or(notification, "created_at", self._clock()), notification)

    def _entry(self, status: Payload) -> Entry:
        name = version_of(status) if text(status, "id") else name_of(status, "id")
        return Entry(name, time_or(status, "created_at", self._clock()), status)

    def _root_of(self, status: Payload) -> str | None:
        """The status with which the conversation of one began, as far as the account may see; None: it was deleted."""
        status_id, parent = text(status, "id"), text(status, "in_reply_to_id")
        if not parent:
            return self._remember(status_id, status_id)
        if parent in self._roots:
            return self._remember(status_id, self._roots[parent])
        answer = self._call(f"/api/v1/statuses/{quote(status_id, safe='')}/context", ())
        if answer.status == 404:
            return None
        above = tables(self._checked(answer).values.get("ancestors"))
        return self._remember(status_id, text(above[0], "id") if above else parent)

    def _remember(self, status_id: str, root: str) -> str:
        if len(self._roots) > _MOST_ROOTS:
            self._roots.clear()
        self._roots[status_id] = root
        return root

    def _known_instance(self) -> Instance:
        if self._instance is None:
            values = self._get("/api/v1/accounts/verify_credentials", ()).values
            name, _, domain = self._account.account.partition("@")
            acct, account_id = text(values, "acct").lower(), text(values, "id")
            if not account_id:
                raise unavailable(f"{self._client.host} does not say whose the access token is.")
            if acct != name:
                message = f"The access token is that of {acct}@{domain}, not of {self._account.account}: add its own."
                raise SourceError(SourceStatus.MISCONFIGURED, message)
            self._instance = Instance(domain, self._account.api_url, account_id)
        return self._instance

    def _get(self, path: str, parameters: Parameters) -> Answer:
        return self._checked(self._call(path, parameters))

    def _call(self, path: str, parameters: Parameters) -> Answer:
        return ask_with_credential(
            self._secret,
            NETWORK,
            self._account.account,
            lambda token: self._client.get(path, parameters, token),
            lambda answer: answer.status == 401,
        )

    def _checked(self, answer: Answer) -> Answer:
        if answer.status == 200:
            return answer
        host, account = self._client.host, self._account.account
        detail = reason_given(text(answer.values, "error"))
        match answer.status:
            case 401:
                message = (
                    f"{host} rejected the access token of {account}: {detail} Make one under Preferences, Development, "
                    f"and run `earshot sources add mastodon {account}`."
                )
                raise SourceError(SourceStatus.UNAUTHORISED, message)
            case 403:
                message = f"{host} denied access: {detail} The token needs the scope read."
                raise SourceError(SourceStatus.FORBIDDEN, message)
            case 404:
                message = f"{host} does not know what it was asked: {detail} See whether it is an instance of Mastodon."
                raise SourceError(SourceStatus.INCOMPATIBLE, message)
            case 410:
                message = f"{host} says that it is gone: {detail} See what became of {account}."
                raise SourceError(SourceStatus.ACCOUNT_GONE, message)
            case 429:
                until = limit_ends(answer.headers.get("x-ratelimit-reset"), self._clock())
                message = (
                    f"{host}'s rate limit is reached. Fetching continues at {until:%H:%M:%S} UTC. No posts are lost."
                )
                raise SourceError(SourceStatus.RATE_LIMITED, message, until)
            case status if status < 500:
                message = f"{host} refused what it was asked (HTTP {status}): {detail}"
                raise SourceError(SourceStatus.MISCONFIGURED, message)
            case status:
                raise unavailable(f"{host} answered with status {status}: {detail}")
