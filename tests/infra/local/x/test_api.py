"""The X stand-in against X's documented behaviour, asked by plain HTTP."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest

from infra.local.x.api import TOKEN, XApi
from infra.local.x.description import ApiVersion
from infra.local.x.faults import EMPTY, PARTIAL, RATE_LIMITED, RESET, XFault
from infra.local.x.posts import XPost
from tests.fakes import START, FakeClock
from tests.mentions.fakes import JANE, NIMBUS, post

FULL = {
    "tweet.fields": "author_id,conversation_id,created_at,lang,note_tweet,referenced_tweets,in_reply_to_user_id",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "user.fields": "public_metrics,verified",
}
FULL_2_167 = {
    "post.fields": "conversation_id,created_at,lang,note_post",
    "expansions": "author_id,referenced_posts,in_reply_to_user_id",
    "user.fields": "public_metrics,verified",
}
MENTIONS = f"/2/users/{NIMBUS.id}/mentions"
SEARCH = "/2/tweets/search/recent"


@pytest.fixture
def api() -> Iterator[XApi]:
    clock = FakeClock(START + timedelta(hours=1))
    with XApi([post(n, minutes=n) for n in range(30)], until=clock) as server:
        server.add(post(100, "We are on it", minutes=31, author=NIMBUS, in_reply_to_id="1000003"))
        yield server


def get(api: XApi, path: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
    query = urllib.parse.urlencode({name.replace("__", "."): value for name, value in params.items()})
    request = urllib.request.Request(f"{api.url}{path}?{query}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def refused(api: XApi, path: str, **params: Any) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as raised:
        get(api, path, **params)
    return raised.value.code, raised.value.read().decode()


def ids(page: dict[str, Any]) -> list[int]:
    return [int(found["id"]) - 1_000_000 for found in page.get("data", [])]


def test_a_wrong_token_is_401(api: XApi) -> None:
    assert refused(api, MENTIONS, token="wrong")[0] == 401


def test_pages_are_newest_first_and_end_without_a_token(api: XApi) -> None:
    first = get(api, MENTIONS, max_results=20)
    assert ids(first) == list(range(29, 9, -1))
    assert first["meta"] == {
        "result_count": 20,
        "newest_id": "1000029",
        "oldest_id": "1000010",
        "next_token": first["meta"]["next_token"],
    }
    last = get(api, MENTIONS, max_results=20, pagination_token=first["meta"]["next_token"])
    assert ids(last) == list(range(9, -1, -1))
    assert "next_token" not in last["meta"]


def test_a_page_holds_its_place_while_newer_posts_come(api: XApi) -> None:
    token = get(api, MENTIONS, max_results=10)["meta"]["next_token"]
    api.add(post(50, minutes=45))
    assert ids(get(api, MENTIONS, max_results=10, pagination_token=token)) == list(range(19, 9, -1))


def test_windows_by_id_and_by_time(api: XApi) -> None:
    assert ids(get(api, MENTIONS, since_id="1000025")) == [29, 28, 27, 26]
    assert ids(get(api, MENTIONS, until_id="1000003")) == [2, 1, 0]
    times = {"start_time": "2026-11-21T09:05:00Z", "end_time": "2026-11-21T09:08:00Z"}
    assert ids(get(api, MENTIONS, **times)) == [7, 6, 5]


@pytest.mark.parametrize(
    "path, params, says",
    [
        (MENTIONS, {"max_results": 4}, "between 5 and 100"),
        (SEARCH, {"max_results": 9, "query": "x"}, "between 10 and 100"),
        (MENTIONS, {"max_results": 101}, "between 5 and 100"),
        (SEARCH, {}, "query"),
        (SEARCH, {"query": "x" * 513}, "query"),
        (MENTIONS, {"since_id": "1", "start_time": "2026-11-21T09:05:00Z"}, "in conjunction with"),
        (SEARCH, {"query": "hello", "since_id": "1"}, "'since_id' must be a tweet id created after"),
        (SEARCH, {"query": "hello", "start_time": "2026-11-01T00:00:00Z"}, "'start_time'"),
        (SEARCH, {"query": "hello", "end_time": "2026-11-21T09:59:55Z"}, "10 seconds"),
        (MENTIONS, {"pagination_token": "?"}, "pagination_token"),
        (MENTIONS, {"start_time": "yesterday"}, "start_time"),
        ("/2/tweets", {"ids": ""}, "ids"),
    ],
)
def test_what_x_refuses_is_400(api: XApi, path: str, params: dict[str, Any], says: str) -> None:
    status, body = refused(api, path, **params)
    assert status == 400
    assert says in json.loads(body)["errors"][0]["message"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("lost", {1, 2}),
        ('"lost bag"', {1}),
        ("lost bag", {1, 2}),
        ("@NimbusAir", {1, 3, 4}),
        ("@Nimbus", set()),
        ('"lost bag" OR refund', {1, 3, 4}),
        ("(lost OR refund) -bag", {3, 4}),
        ("@nimbusair -is:retweet", {1, 3}),
        ("from:nimbusair", {5}),
        ("refund lang:pt", {3}),
    ],
)
def test_a_search_finds_what_the_query_says(query: str, found: set[int]) -> None:
    posts = [
        post(1, "@NimbusAir lost bag"),
        post(2, "my bag is lost"),
        post(3, "refund @nimbusair", lang="pt"),
        post(4, "", reposted_id="1000003", lang="en"),
        post(5, "hello", author=NIMBUS),
    ]
    with XApi(posts) as api:
        assert set(ids(get(api, SEARCH, query=query))) == found


def test_only_what_is_asked_for_is_returned(api: XApi) -> None:
    bare = get(api, MENTIONS, max_results=5)
    assert set(bare) == {"data", "meta"}
    assert set(bare["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    own = get(api, f"/2/users/{NIMBUS.id}/tweets", **FULL)
    assert own["data"][0]["referenced_tweets"] == [{"type": "replied_to", "id": "1000003"}]
    assert own["data"][0]["in_reply_to_user_id"] == JANE.id
    assert [user["username"] for user in own["includes"]["users"]] == ["NimbusAir", "jane"]
    assert own["includes"]["users"][1]["public_metrics"]["followers_count"] == 310


@pytest.mark.parametrize("version", [ApiVersion.V2_166, ApiVersion.V2_167])
def test_each_version_has_its_names(version: ApiVersion) -> None:
    long = post(1, "@NimbusAir " + "& so on " * 60)
    posts = [long, post(2, "", reposted_id=long.id), post(3, "@NimbusAir", quoted_id="9")]
    new = version is ApiVersion.V2_167
    with XApi(posts, handles=["NimbusAir"], version=version) as api:
        account = get(api, "/2/users/by/username/nimbusair")["data"]
        page = get(api, f"/2/users/{account['id']}/mentions", **(FULL_2_167 if new else FULL))
    quote, repost, original = page["data"]
    note, references = ("note_post", "referenced_posts") if new else ("note_tweet", "referenced_tweets")
    assert original[note]["text"].startswith("@NimbusAir &amp; so on")
    assert len(original["text"]) == 280
    assert repost[references] == [{"type": "retweeted", "id": long.id}]
    assert repost["text"].startswith("RT @jane: @NimbusAir &amp; so on")
    assert len(repost["text"]) == 140
    assert [found["id"] for found in page["includes"]["posts" if new else "tweets"]] == [long.id]
    assert page["errors"][0]["type"].endswith("resource-not-found")
    assert quote["id"] == "1000003"
    # In 2.167 nothing says who wrote an included post.
    assert [found.get("author_id") for found in page["includes"]["posts" if new else "tweets"]] == [
        None if new else JANE.id
    ]


@pytest.mark.parametrize(
    ("version", "path", "params", "culprit"),
    [
        (ApiVersion.V2_167, MENTIONS, {"tweet__fields": "lang"}, "tweet.fields"),
        (ApiVersion.V2_167, SEARCH, {"query": "x", "expansions": "referenced_tweets.id"}, "expansions"),
        (ApiVersion.V2_167, MENTIONS, {"post__fields": "author_id"}, "post.fields"),
        (ApiVersion.V2_167, "/2/tweets", {"ids": "1", "post__fields": "note_tweet"}, "post.fields"),
        (ApiVersion.V2_166, MENTIONS, {"post__fields": "lang"}, "post.fields"),
        (ApiVersion.V2_166, MENTIONS, {"expansions": "referenced_posts"}, "expansions"),
        (ApiVersion.V2_166, MENTIONS, {"tweet__fields": "lang,lang"}, "tweet.fields"),
        (ApiVersion.V2_166, MENTIONS, {"tweet__fields": ""}, "tweet.fields"),
        (ApiVersion.V2_166, MENTIONS, {"next_token": "x"}, "next_token"),
        (ApiVersion.BOTH, MENTIONS, {"tweet__fields": "lang", "post__fields": "lang"}, "tweet.fields"),
        (ApiVersion.V2_166, "/2/users/by/username/Nimbus-Air", {}, "username"),
        (ApiVersion.V2_166, "/2/users/NimbusAir/mentions", {}, "id"),
    ],
)
def test_what_is_not_declared_is_refused_by_name(
    version: ApiVersion, path: str, params: dict[str, str], culprit: str
) -> None:
    with XApi([post(1)], handles=["NimbusAir"], version=version) as api:
        status, body = refused(api, path, **params)
    problem = json.loads(body)
    assert (status, problem["title"]) == (400, "Invalid Request")
    assert list(problem["errors"][0]["parameters"]) == [culprit]


def test_both_versions_are_answered_in_their_own_names() -> None:
    with XApi([post(1)], handles=["NimbusAir"], version=ApiVersion.BOTH) as api:
        path = f"/2/users/{get(api, '/2/users/by/username/NimbusAir')['data']['id']}/mentions"
        assert "retweet_count" in get(api, path, tweet__fields="public_metrics")["data"][0]["public_metrics"]
        assert "repost_count" in get(api, path, post__fields="public_metrics")["data"][0]["public_metrics"]


def test_an_account_that_vanished_is_errors_alone(api: XApi) -> None:
    api.close_account("NimbusAir")
    answer = get(api, MENTIONS)
    assert list(answer) == ["errors"]
    assert (answer["errors"][0]["resource_type"], answer["errors"][0]["resource_id"]) == ("user", NIMBUS.id)
    assert list(get(api, "/2/users/by/username/NimbusAir")) == ["errors"]


def test_a_post_tells_how_often_it_was_passed_on_by_now() -> None:
    clock = FakeClock(START)
    posts = [post(1), post(2, "", minutes=1, reposted_id="1000001"), post(3, minutes=2, quoted_id="1000001")]
    with XApi(posts, until=clock) as api:
        told = []
        for _ in range(3):
            answer = get(api, "/2/tweets", ids="1000001,1000002", tweet__fields="public_metrics")
            counts = [found["public_metrics"] for found in answer["data"]]
            told.append([(count["retweet_count"], count["quote_count"]) for count in counts])
            clock.advance(minutes=1)
    assert told == [[(0, 0)], [(1, 0), (1, 0)], [(1, 1), (1, 0)]]


def test_posts_are_looked_up_by_id_and_the_missing_are_told(api: XApi) -> None:
    answer = get(api, "/2/tweets", ids="1000001,5")
    assert ids(answer) == [1]
    assert answer["errors"][0]["resource_id"] == "5"


def test_an_unknown_account_is_an_error_within_a_200(api: XApi) -> None:
    assert "errors" in get(api, "/2/users/by/username/nobody")


def test_mentions_end_after_the_800_newest() -> None:
    with XApi([post(n, minutes=n) for n in range(900)], handles=["NimbusAir"]) as api:
        account = get(api, "/2/users/by/username/NimbusAir")["data"]["id"]
        found, token = [], None
        while token is not None or not found:
            more = {"pagination_token": token} if token else {}
            page = get(api, f"/2/users/{account}/mentions", max_results=100, **more)
            found += ids(page)
            token = page["meta"].get("next_token")
    assert found == list(range(899, 99, -1))


def test_posts_appear_as_time_passes() -> None:
    clock = FakeClock(START)
    late = post(2, minutes=1, visible_at=START + timedelta(minutes=9))
    with XApi([post(1, minutes=5), late], until=clock) as api:
        assert get(api, SEARCH, query="hello")["meta"] == {"result_count": 0}
        clock.advance(minutes=5)
        assert ids(get(api, SEARCH, query="hello")) == [1]
        clock.advance(minutes=5)
        assert ids(get(api, SEARCH, query="hello")) == [1, 2]


def test_faults_are_met_in_their_order_and_calls_are_kept(api: XApi) -> None:
    api.inject(RATE_LIMITED, None, EMPTY, PARTIAL, XFault(status=503, body=b"<html>"))
    assert refused(api, MENTIONS)[0] == 429
    assert len(ids(get(api, MENTIONS))) == 10
    empty = get(api, MENTIONS)
    assert set(empty) == {"meta"}
    assert "next_token" in empty["meta"]
    assert get(api, MENTIONS)["errors"]
    assert refused(api, MENTIONS) == (503, "<html>")
    assert [call.status for call in api.calls] == [429, 200, 200, 200, 503]
    assert len(api.calls[1].served) == 10


def test_a_broken_connection_is_no_answer(api: XApi) -> None:
    api.inject(RESET)
    with pytest.raises((ConnectionResetError, RemoteDisconnected, urllib.error.URLError)):
        get(api, MENTIONS)


def test_rate_limit_headers_count_down(api: XApi) -> None:
    left = []
    for _ in range(2):
        request = urllib.request.Request(f"{api.url}{MENTIONS}", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=5) as response:
            left.append(int(response.headers["x-rate-limit-remaining"]))
            reset = int(response.headers["x-rate-limit-reset"])
    assert left == [449, 448]
    assert reset == int((START + timedelta(hours=1, minutes=15)).timestamp())


def test_a_post_is_read_in_either_form() -> None:
    flat = {"id": "1", "offset_seconds": 60, "author_id": "42", "author_handle": "jane", "text": "hi", "lang": "en"}
    nested = {"id": 2, "created_at": "2026-11-21T09:00:00Z", "author": {"id": "42", "handle": "jane"}, "text": "ho"}
    first, second = XPost.from_record(flat, START), XPost.from_record(nested, START)
    assert (first.created_at, first.author.handle) == (START + timedelta(minutes=1), "jane")
    assert second == XPost("2", first.author, "ho", START)
