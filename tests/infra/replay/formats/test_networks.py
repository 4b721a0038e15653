"""What the networks' APIs answer, and what tools save of it: read as what it is, or told."""

import json

import pytest

BAG = "@NimbusAir you lost my bag & nobody answers"
BRAND = ["NimbusAir"]


def as_lines(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects)


def told(found):
    """Id, author, whether the brand wrote it, what it replies to and what it reposts."""
    return [(one.id, one.author.handle, one.own, one.in_reply_to_id, one.reposted_id) for one in found.mentions]


# X API v2


def v2(post_id, author, text, **more):
    numbers = {"lena": "500", "NimbusAir": "900", "ren": "700"}
    user = {"id": numbers[author], "username": author, "name": author, "public_metrics": {"followers_count": 12}}
    return {
        "id": post_id,
        "text": text,
        "author_id": numbers[author],
        "created_at": f"2026-11-20T09:{int(post_id):02d}:00.000Z",
        "edit_history_tweet_ids": [post_id],
        "author": user,
    } | more


V2 = [
    v2("1", "lena", "@NimbusAir cut…", note_tweet={"text": BAG}, conversation_id="1"),
    v2("2", "NimbusAir", "@lena sorry", referenced_tweets=[{"type": "replied_to", "id": "1"}], conversation_id="1"),
    v2("3", "ren", "RT @lena: @NimbusAir cut…", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
    v2("5", "lena", "@NimbusAir and now?", edit_history_tweet_ids=["4", "5"]),
]
STORY = [("1", "lena", False, None, None), ("2", "NimbusAir", True, "1", None), ("3", "ren", False, None, "1")]


@pytest.mark.parametrize(
    "content",
    [as_lines(*V2), json.dumps(V2), json.dumps(V2, indent=1), "\n".join(json.dumps(one, indent=2) for one in V2)],
    ids=["lines", "an array", "a pretty array", "one pretty object after the other"],
)
def test_flattened_posts_of_the_x_api_are_read_as_its_pages_are(recording, content):
    found = recording(content, "posts.json", BRAND)
    assert told(found)[:3] == STORY
    assert (found.mentions[0].text, found.mentions[0].author.followers) == (BAG, 12)
    assert [one.version_id for one in found.mentions] == ["1", "2", "3", "5"]
    assert (found.mentions[3].id, found.bad) == ("4", [])
    assert "X API v2" in found.notes[0]


def test_a_quote_of_the_brands_post_within_the_post(recording):
    quoted = {"type": "quoted", **v2("1", "NimbusAir", "we fly on time")}
    found = recording(as_lines(v2("2", "lena", "do you?", referenced_tweets=[quoted])), "posts.jsonl", BRAND)
    assert [(one.id, one.quotes_brand) for one in found.mentions] == [("2", True)]


def test_the_table_that_twarc_csv_makes(recording):
    content = (
        "id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,author_id,created_at,text,"
        "source,public_metrics.retweet_count,edit_history_tweet_ids,author.username,author.verified,"
        "author.public_metrics.followers_count,\n"
        '1,1,,,500,2026-11-20T09:00:00.000Z,"@NimbusAir lost, again",Twitter for iPhone,3,"[""1""]",lena,False,210,0\n'
        '2,1,1.0,,900,2026-11-20T09:01:00.000Z,@lena sorry,Sprinklr,0,"[""2""]",NimbusAir,True,88000,1\n'
        '3,3,,1,700,2026-11-20T09:02:00.000Z,RT @lena: lost,Twitter Web App,0,"[""3""]",ren,False,40,2\n'
    )
    found = recording(content, brands=BRAND)
    assert told(found) == STORY
    first, answer, _ = found.mentions
    assert (first.source, first.reposts, first.author.followers, first.author.verified) == ("x", 3, 210, False)
    assert answer.author.verified


def test_the_table_that_pandas_makes_of_tweepys_posts(recording):
    content = (
        ",id,text,author_id,created_at,referenced_tweets,edit_history_tweet_ids\n"
        "0,1,@NimbusAir lost,500,2026-11-20 09:00:00+00:00,,[1]\n"
        "1,2,@lena sorry,900,2026-11-20 09:01:00+00:00,[<ReferencedTweet id=1 type=replied_to],[2]\n"
    )
    found = recording(content, brands=["NimbusAir+900"])
    assert [(one.id, one.own, one.in_reply_to_id) for one in found.mentions] == [("1", False, None), ("2", True, "1")]


def test_where_nobody_has_a_name_it_is_said_that_the_brand_is_not_known(recording):
    posts = [{name: value for name, value in post.items() if name != "author"} for post in V2]
    found = recording(json.dumps(posts), "posts.json", BRAND)
    assert [one.own for one in found.mentions] == [False] * 4
    assert "--brand NimbusAir+NUMBER" in found.notes[1]
    assert [one.own for one in recording(json.dumps(posts), "posts.json", ["NimbusAir+900"]).mentions].count(True) == 1


# Twitter's API v1.1, its archive, scrapers


def v1(post_id, author, text, **more):
    user = {"id": 1, "id_str": {"lena": "500", "NimbusAir": "900", "ren": "700"}[author], "screen_name": author}
    at = f"Fri Nov 20 09:{int(post_id):02d}:00 +0000 2026"
    return {"created_at": at, "id": int(post_id), "id_str": post_id, "full_text": text, "user": user} | more


LENA = v1("1", "lena", BAG.replace("&", "&amp;"), lang="en", retweet_count=4)


@pytest.mark.parametrize("wrapped", [False, True])
def test_tweets_of_the_api_1_1_are_read(recording, wrapped):
    tweets = [
        v1("2", "NimbusAir", "@lena sorry", in_reply_to_status_id_str="1"),
        v1("3", "ren", "RT @lena: @NimbusAir you lost…", retweeted_status=LENA),
        v1("4", "ren", "?", quoted_status_id_str="9", quoted_status=v1("9", "NimbusAir", "on time")),
    ]
    content = json.dumps({"statuses": tweets, "search_metadata": {"count": 3}}) if wrapped else as_lines(*tweets)
    found = recording(content, "tweets.json", BRAND)
    # The original of the repost is read from within it.
    assert told(found)[:3] == STORY
    assert (found.mentions[0].text, found.mentions[0].reposts, found.mentions[2].text) == (BAG, 4, BAG)
    assert (found.mentions[3].quotes_brand, found.bad) == (True, [])


def test_what_a_stream_cut_is_taken_whole_and_its_notices_are_counted(recording):
    tweet = v1("1", "lena", None, truncated=True, extended_tweet={"full_text": BAG}) | {"text": "@NimbusAir long…"}
    found = recording(as_lines(tweet, {"delete": {"status": {"id": 1}}}, {"limit": {"track": 5}}), "s.jsonl", BRAND)
    assert ([one.text for one in found.mentions], found.bad) == ([BAG], [])
    assert found.notes[1] == "Left out, for they are no posts: 2 (delete: 1, limit: 1)."


def test_the_archive_of_an_account_has_its_owner_beside_it(recording, tmp_path):
    tweet = {"id_str": "1", "id": "1", "created_at": "Fri Nov 20 09:00:00 +0000 2026", "full_text": BAG}
    content = f"window.YTD.tweets.part0 = {json.dumps([{'tweet': tweet}], indent=2)}\n"
    (unknown,) = (found := recording(content, "tweets.js", BRAND)).mentions
    assert (unknown.author.handle, unknown.own) == (None, False)
    assert "account.js" in found.notes[1]
    account = {"account": {"accountId": "900", "username": "NimbusAir", "accountDisplayName": "Nimbus"}}
    (tmp_path / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps([account])}")
    (owned,) = recording(content, "tweets.js", BRAND).mentions
    assert (owned.author.id, owned.author.handle, owned.own) == ("900", "NimbusAir", True)


def test_scraped_tweets_are_read(recording):
    def scraped(post_id, author, text, **more):
        user = {"username": author, "id": 5, "displayname": author, "followersCount": 7, "verified": False}
        at = f"2026-11-20T09:0{post_id}:00+00:00"
        return {"id": post_id, "date": at, "rawContent": text, "user": user, "conversationId": post_id} | more

    found = recording(
        as_lines(
            scraped(2, "NimbusAir", "@lena sorry", inReplyToTweetId=1, conversationId=1),
            scraped(3, "ren", "RT @lena: …", retweetedTweet=scraped(1, "lena", BAG)),
        ),
        "scraped.jsonl",
        BRAND,
    )
    assert told(found) == STORY
    assert found.mentions[1].conversation_id == "1"


# Bluesky


def view(key, handle, text, **record):
    did = f"did:plc:{handle.split('.')[0]}"
    said = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-20T09:00:00Z", "langs": ["en"]} | record
    author = {"did": did, "handle": handle, "displayName": handle}
    return {"uri": f"at://{did}/app.bsky.feed.post/{key}", "cid": "b", "author": author, "record": said}


ASK = view("a", "ola.example", BAG)
REPLY = {"root": {"uri": ASK["uri"]}, "parent": {"uri": ASK["uri"]}}
ANSWER = view("b", "nimbusair.bsky.social", "sorry", reply=REPLY, createdAt="2026-11-20T09:05:00Z")


@pytest.mark.parametrize(
    "content",
    [
        as_lines(ASK, ANSWER),
        json.dumps({"posts": [ASK, ANSWER], "cursor": "x"}),
        json.dumps({"feed": [{"post": ASK}, {"post": ANSWER, "reply": REPLY}]}, indent=2),
        json.dumps({"thread": {"post": ASK, "replies": [{"post": ANSWER}, {"notFound": True}]}}),
        json.dumps({"notifications": [ASK | {"reason": "mention"}, ANSWER | {"reason": "reply"}]}),
    ],
    ids=["views", "search", "feed", "thread", "notifications"],
)
def test_what_bluesky_answers_is_read(recording, content):
    found = recording(content, "bluesky.json", BRAND)
    ask, answer = found.mentions
    assert (ask.source, ask.author.handle, ask.text, ask.own, ask.language) == (
        "bluesky",
        "ola.example",
        BAG,
        False,
        "en",
    )
    assert ask.link == "https://bsky.app/profile/ola.example/post/a"
    assert (answer.own, answer.brand, answer.in_reply_to_id) == (True, "NimbusAir", ask.id)
    assert answer.conversation_id == ask.conversation_id
    assert (answer.in_reply_to_user_id, found.bad) == ("did:plc:ola", [])
    assert "nimbusair.bsky.social is taken for an account of NimbusAir" in " ".join(found.notes)


def test_who_has_a_name_like_the_brands_is_not_guessed_where_its_account_is_given(recording):
    found = recording(as_lines(ASK, ANSWER), "bluesky.jsonl", ["NimbusAir+nimbusair.com"])
    assert [one.own for one in found.mentions] == [False, False]


def test_reposts_quotes_and_likes_of_bluesky(recording):
    shared = {"post": ASK, "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": "did:plc:r"}}}
    shared["reason"]["indexedAt"] = "2026-11-20T10:00:00Z"
    quote = view("q", "ren.example", "look", embed={"record": {"uri": "at://x/app.bsky.feed.post/n"}})
    quote["embed"] = {"record": {"author": {"handle": "nimbusair.bsky.social"}}}
    like = ASK | {"record": {"$type": "app.bsky.feed.like", "subject": {}}, "reason": "like"}
    brands = ["NimbusAir+nimbusair.bsky.social"]
    found = recording(json.dumps({"feed": [shared, {"post": quote}], "notifications": [like]}), "f.json", brands)
    assert {one.text: (one.reposted_id is not None, one.quotes_brand) for one in found.mentions}["look"] == (
        False,
        True,
    )
    assert [one.reposted_id for one in found.mentions if one.is_repost] == [ASK["uri"]]
    assert "like: 1" in found.notes[-1]


# Mastodon


def status(status_id, acct, content, **more):
    account = {"id": acct[:3], "acct": acct, "username": acct, "display_name": acct, "followers_count": 7}
    return {
        "id": status_id,
        "created_at": f"2026-11-20T09:0{status_id}:00.000Z",
        "in_reply_to_id": None,
        "content": content,
        "language": "en",
        "url": f"https://example.social/@{acct}/{status_id}",
        "account": account,
    } | more


HELP = status(
    "1",
    "ola@example.social",
    '<p><span class="h-card"><a href="https://m.s/@NimbusAir" class="u-url mention">@<span>NimbusAir</span></a></span> '
    'you lost my bag &amp; nobody answers<br>see <a href="https://a.test/b"><span class="invisible">https://</span>'
    "<span>a.test/b</span></a></p><p>Help</p>",
)
SORRY = status("2", "NimbusAir@example.social", "<p>@ola sorry</p>", in_reply_to_id="1", in_reply_to_account_id="ola")


@pytest.mark.parametrize(
    "content",
    [
        as_lines(HELP, SORRY),
        json.dumps([HELP, SORRY]),
        json.dumps({"accounts": [], "statuses": [HELP, SORRY], "hashtags": []}),
        json.dumps({"ancestors": [HELP], "descendants": [SORRY]}),
        json.dumps(
            [{"id": str(one), "type": "mention", "created_at": "", "account": it["account"], "status": it}
             for one, it in enumerate((HELP, SORRY))]
        ),
    ],
    ids=["lines", "timeline", "search", "context", "notifications"],
)  # fmt: skip
def test_what_mastodon_answers_is_read(recording, content):
    found = recording(content, "mastodon.json", BRAND)
    ask, answer = found.mentions
    assert ask.text == f"{BAG}\nsee a.test/b\n\nHelp"
    assert (ask.source, ask.link, ask.own) == ("mastodon", "https://example.social/@ola@example.social/1", False)
    assert (answer.own, answer.brand, answer.in_reply_to_id, found.bad) == (True, "NimbusAir", "1", [])


def test_a_boost_is_a_repost_and_a_favourite_no_post(recording):
    boost = status("3", "ren@example.social", "", reblog=HELP)
    favourite = {"id": "9", "type": "favourite", "account": HELP["account"], "status": HELP}
    found = recording(as_lines(boost, favourite), "mastodon.jsonl", BRAND)
    assert [(one.id, one.reposted_id) for one in found.mentions] == [("1", None), ("3", "1")]
    assert "favourite: 1" in found.notes[-1]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({"kind": "Listing", "data": {"children": []}}, "a listing of Reddit"),
        ({"kind": "youtube#commentThreadListResponse", "items": []}, "an answer of YouTube"),
    ],
)
def test_what_is_of_another_network_is_called_so(recording, answer, what):
    (bad,) = recording(json.dumps(answer) + "\n", "answer.jsonl", BRAND).bad
    assert what in bad.problem
