"""How files come: packed, in other encodings, with other delimiters, and with ids that a spreadsheet rounded."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import pytest

from infra.replay.recording import RecordingError
from tests.infra.replay.recordings import as_csv, as_json_lines, ids, row

ROWS = [row(1, text='@NimbusAir lost,\n"again"; and | why?'), row(2)]


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def separated(delimiter):
    comma = as_csv([values | {"text": "why"} for values in ROWS])
    return comma.replace(",", delimiter)


CSV = as_csv(ROWS).encode()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV),
        bz2.compress(CSV),
        lzma.compress(CSV),
        zipped(posts=CSV),
        gzip.compress(zipped(posts=CSV)),
        b"\xef\xbb\xbf" + CSV,
        as_csv(ROWS).encode("utf-16"),
        as_csv(ROWS).encode("utf-16-le"),
        b"\xfe\xff" + as_csv(ROWS).encode("utf-16-be"),
        b"sep=,\r\n" + CSV,
        b"\r\n" + CSV,
        gzip.compress(as_json_lines(ROWS).encode()),
        json.dumps(ROWS).encode(),
        json.dumps(ROWS, indent=2).encode(),
    ],
    ids=["gz", "bz2", "xz", "zip", "zip.gz", "bom", "utf-16", "utf-16 without mark", "utf-16 be", "sep", "blank line",
         "jsonl.gz", "array", "pretty array"],
)  # fmt: skip
def test_however_a_file_comes_it_is_the_same(recording, content):
    found = recording(content, "posts")
    assert (ids(found), found.bad, found.notes) == (["1", "2"], [], ())
    assert found.mentions[0].text == ROWS[0]["text"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "sep=X\n", "Report:Xweek\nXX\n"])
def test_other_delimiters_are_seen(recording, delimiter, mark):
    found = recording(mark.replace("X", delimiter) + separated(delimiter), brands=["NimbusAir"])
    assert (ids(found), found.bad) == (["1", "2"], [])


def test_a_row_with_too_many_of_them_is_told_by_their_name(recording):
    found = recording(separated(";") + "3;2026-11-20T09:00:00Z;500;why; oh why\n", brands=["NimbusAir"])
    assert (ids(found), "with semicolons in double quotes" in found.bad[0].remedy) == (["1", "2"], True)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (zipped(**{"xl/workbook.xml": "", "[Content_Types].xml": ""}), "Excel workbook"),
        (zipped(a=CSV, b=CSV), "2 files ('a', 'b')"),
        (b"PK\x03\x04 damaged", "zip archive that cannot be unpacked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
        (gzip.compress(CSV)[:-12], "damaged"),
        (b"PAR1\x00\x00", "Parquet"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"%PDF-1.7", "PDF"),
        (b"\x28\xb5\x2f\xfd\x00", "zstd"),
        (bytes(range(256)) * 4, "binary"),
        (b"<!DOCTYPE html><html>", "web page"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(recording, content, named):
    with pytest.raises(RecordingError) as refused:
        recording(content)
    assert named in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_damaged_row_is_told_and_its_neighbours_are_read(recording):
    found = recording(as_csv([row(1), row(2, author_id="5\0"), row(3)]))
    assert (ids(found), [bad.line for bad in found.bad]) == (["1", "3"], [3])


def test_an_array_that_breaks_off_is_read_up_to_there(recording):
    found = recording(json.dumps([row(1), row(2)], indent=1)[:-30], "posts.json")
    assert (ids(found), "breaks off" in found.bad[0].problem) == (["1"], True)


@pytest.mark.parametrize("between", ["", "\n", "\n\n", ",\n"])
@pytest.mark.parametrize("indent", [1, 2])
def test_arrays_one_after_the_other_are_all_read(recording, between, indent):
    arrays = [json.dumps(rows, indent=indent) for rows in ([row(1), row(2)], [], [row(3)])]
    found = recording(between.join(arrays) + "\n", "posts.json")
    assert (ids(found), found.bad) == (["1", "2", "3"], [])


@pytest.mark.parametrize("rest", [json.dumps(row(3), indent=1), "words", "]", "1"])
def test_what_else_follows_an_array_is_told_where_it_stands(recording, rest):
    array = json.dumps([row(1), row(2)], indent=1)
    found = recording(f"{array}\n{rest}\n", "posts.json")
    (bad,) = found.bad
    assert (ids(found), bad.line) == (["1", "2"], array.count("\n") + 2)
    assert "what follows an array is no array" in bad.problem


def test_a_second_array_that_breaks_off_is_read_up_to_there(recording):
    content = json.dumps([row(1)], indent=1) + "\n" + json.dumps([row(2)], indent=1)[:-2]
    found = recording(content, "posts.json")
    assert (ids(found), ["the array is not closed" in bad.problem for bad in found.bad]) == (["1", "2"], [True])


def test_a_column_that_is_there_twice_is_told(recording):
    with pytest.raises(RecordingError, match="column 'text' twice"):
        recording("id,created_at,author_id,text,Text\n1,2026-11-20T09:00:00Z,5,a,b\n")


LONG = "19234567890123"


@pytest.mark.parametrize(
    ("given", "rounded"),
    [
        ([f"{LONG}40000", f"{LONG}40000"], True),
        ([f"{LONG}40000"], True),
        ([f"{LONG}45600", f"{LONG}45700", f"{LONG}45800"], True),
        ([f"{LONG}45678", f"{LONG}40000", f"{LONG}45679"], False),
        ([f"{LONG}45600"], False),
        (["1000000000", "20000000000000"], False),
    ],
)
def test_ids_that_a_spreadsheet_rounded_are_told(recording, given, rounded):
    rows = [row(one, text=f"{number}") for number, one in enumerate(given)]
    for content in (as_csv(rows), as_json_lines([one | {"id": int(one["id"])} for one in rows])):
        if rounded:
            with pytest.raises(RecordingError, match="rounded"):
                recording(content, brands=["NimbusAir"])
        else:
            assert len(recording(content, brands=["NimbusAir"]).mentions) == len(given)


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("1763629200", "seconds since 1970, write it as 2025-11-20T09:00:00Z"),
        ("1763629200000", "milliseconds since 1970, write it as 2025-11-20T09:00:00Z"),
        ("02.11.2026 09:00", "the day or the month comes first"),
        ("11/02/2026 9:00 AM", "the day or the month comes first"),
    ],
)
def test_a_time_that_can_be_read_in_two_ways_is_told(recording, written, remedy):
    (bad,) = recording([row(1, created_at=written)]).bad
    assert remedy in bad.remedy


@pytest.mark.parametrize(
    "written",
    ["Fri, 20 Nov 2026 09:00:00 GMT", "2026-11-20 09:00:00 UTC", "2026-11-20 10:00:00 +0100", "2026-11-20 09:00:00Z"],
)
def test_the_ways_to_write_a_time_with_its_zone(recording, written):
    assert recording([row(1, created_at=written)]).mentions[0].created_at.isoformat() == "2026-11-20T09:00:00+00:00"


class TestSourceColumn:
    @pytest.mark.parametrize("apps", [("Twitter for iPhone", "Sprinklr"), ("hootsuite", "sprinklr")])
    def test_the_app_that_posted_is_no_network(self, recording, apps):
        rows = [row(1, source=apps[0]), row(2, source=apps[1], author_id="NimbusAir", in_reply_to_id="1")]
        found = recording(rows)
        assert {one.conversation_key for one in found.mentions} == {"x#1"}
        assert repr(apps[0]) in found.notes[0]

    def test_a_network_is_one_however_it_is_spelled(self, recording):
        found = recording([row(1, source="Twitter"), row(2, source="Facebook"), row(3, source="myforum")])
        assert ([one.source for one in found.mentions], found.notes) == (["x", "facebook", "myforum"], ())


class TestTables:
    def test_twcs(self, recording):
        content = (
            "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
            "1,115712,True,Tue Oct 31 21:45:10 +0000 2017,@NimbusAir worst,2,\n"
            "2,NimbusAir,False,Tue Oct 31 21:49:35 +0000 2017,@115712 sorry,3,1.0\n"
        )
        found = recording(content)
        assert [(one.id, one.own, one.in_reply_to_id) for one in found.mentions] == [
            ("1", False, None),
            ("2", True, "1"),
        ]

    def test_scraped(self, recording):
        found = recording("Datetime,Tweet Id,Text,Username\n2026-11-20 09:00:00+00:00,7,@NimbusAir lost,lena\n")
        assert [(one.id, one.author.handle) for one in found.mentions] == [("7", "lena")]

    def test_snscrape_as_a_table(self, recording):
        content = (
            ",url,date,rawContent,id,inReplyToTweetId\n"
            "0,https://twitter.com/lena/status/7,2026-11-20 09:00:00+00:00,@NimbusAir lost,7,6.0\n"
            "1,,2026-11-20 09:00:00+00:00,@NimbusAir lost,8,\n"
        )
        found = recording(content)
        assert [(one.author.handle, one.in_reply_to_id) for one in found.mentions] == [("lena", "6")]
        assert [bad.line for bad in found.bad] == [3]

    def test_academic(self, recording):
        content = (
            "tweet_id,user_username,text,author_id,created_at,sourcetweet_type,sourcetweet_id\n"
            "2,ren,RT @lena: lost,700,2026-11-20T09:00:00.000Z,retweeted,1\n"
        )
        assert recording(content, brands=["NimbusAir"]).mentions[0].reposted_id == "1"

    def test_what_nobody_knows_is_told_with_what_its_columns_may_be(self, recording):
        with pytest.raises(RecordingError) as refused:
            recording("Post ID;Published;Author;Message;Mood\n7;2026-11-20T09:00:00Z;lena;lost;bad\n")
        assert "'post id' is id, 'published' is created_at, 'author' is author_id, 'message' is text" in str(
            refused.value
        )

    def test_columns_full_of_control_characters_leave_the_terminal_alone(self, recording):
        with pytest.raises(RecordingError) as refused:
            recording(",".join(f"\x1b[{number}mcolumn" for number in range(40)) + "\n1\n")
        assert str(refused.value).isprintable()
        assert "and 20 more" in str(refused.value)
