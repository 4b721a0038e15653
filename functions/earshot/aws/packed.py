"""Values of JSON types in few bytes: DynamoDB bills each KB begun, of the item and of each index that carries it.

A packed value is one byte for the dictionary that it was made with, then JSON as raw DEFLATE (RFC 1951), with that
dictionary preset: an item of 1 to 4 KB is too short to compress well by itself, and all of them have the same names.
"""

import json
import zlib
from typing import Any

# A dictionary is part of the format of everything that was stored with it, so it never changes: a better one is
# added under a number of its own. What is most frequent stands at the end.
DICTIONARIES = {
    1: (
        b'"unreachable":["author_bound_until":"muted_by":"retry_at":"told_at":"planned_at":"snoozed_until":'
        b'"handed_over_by":"grouped_until":"incident_id":"joined incident","text":"which alerts in its place'
        b'"not confirmed","text":"tried again from "nudged","text":"the alert of step was not logged as sent: again'
        b'"acknowledgement expired","text":"held the case for min, and no answer was seen'
        b'"by":"earshot","what":"held back","text":"waits 60 s for other alerts of its group'
        b'"by":"earshot","what":"escalated","text":"step 2 of 6, rung 2: nobody acknowledged in time'
        b'"by":"earshot","what":"alerted","text":"rung 1"nudged","text":"the alert of step 1 has waited for others'
        b'"by":"earshot","what":"escalated","text":"step 1 of 6, rung 1: alerting begins'
        b'"what":"replied","text":"seen on x; first response after  s","by":"@'
        b'"by":"earshot","what":"opened","text":"the customer wrote again after the case was replied'
        b'"rung":1,"to":["channel":"email","reason":"urgent case","subject":"[critical] [high] min left: complaint by '
        b"CRITICAL: HIGH: Act: (the link)\\n> \\n\\nThe link acts without signing in, in your name. Forward to nobody."
        b"Acknowledge the case, then answer the customer yourself. Earshot never posts.\\n"
        b'"outcome":"withheld","outcome":"sending","attempts":1,"outcome":"sent","message_id":"'
        b'"participant":"thread":"is_silent":"awaited":"replies":[{"handle":"name":"'
        b'"recent":[{"case_id":"words":["alerted":["last_opinion":{"mention_id":"is_pleased":true'
        b'"reaction":"praise":"positive":0.0"negative":0.9"neutral":0.0"mixed":0.0,"label":"negative","source":"lexicon"'
        b'"label":"neutral","source":"comprehend","urgent_score":0."complaint_score":0.'
        b'"intent":"question","severity":"normal""intent":"praise","severity":"low""intent":"other"'
        b'"rule":"encoder.complaint","points":"text":"like posts that complain"'
        b'"rule":"sentiment.negative","points":8,"text":"negative wording"'
        b'"rule":"reach.followers","points":4,"text":"followers"'
        b'"rule":"stake.journey","points":25,"text":"rule":"stake.money","points":30,"text":"money is at stake'
        b'"version":1,"source":"x","id":"19"author":{"id":"handle":"name":"followers":"verified":false},"text":"@'
        b'"created_at":"2026-11-29T"conversation_id":"19"brand":"","own":false,"language":"en","in_reply_to_id":null,'
        b'"in_reply_to_user_id":null,"reposted_id":null,"quoted_id":null,"link":"https://x.com/'
        b'/status/19","baseline":false,"reposts":null,"quotes_brand":false,"edit_ids":[]'
        b'{"key":"x-19","version":0,"first_post_at":"2026-11-29T09:00:00.000Z","answers":["2026-11-29T],'
        b'"answered_ids":["19],"case":{"key":{"source":"x","conversation_id":"19","customer":"'
        b'"},"brand":"","author":{"id":"","handle":"","name":"","followers":1,"verified":false},'
        b'"response":{"opened_at":"2026-11-29T09:00:00.000Z","owed_id":"19","owed_at":"2026-11-29T09:00:00.000Z",'
        b'"target":{"minutes":60},"first_response_at":"last_asked_at":"2026-11-29T09:00:00.000Z","timeliness":"on_time"},'
        b'"assessment":{"intent":"complaint","urgency":65,"severity":"high","reasons":[{"rule":"stake.","points":25,'
        b'"text":"something of the customer\'s "},{"rule":"negative","points":8,"text":""}],"headline_reasons":[]},'
        b'"headline":{"id":"19","at":"2026-11-29T09:00:00.000Z","text":"@","link":"https://x.com/","language":"en"},'
        b'"spread":{"reach":200,"reposts":0,"repost_delays":[]},"conversations":["x#19"],"is_history":false,'
        b'"status":"open","acknowledgement":{},"resolution":{},"ladder":{"steps":[{"rung":1,"after_minutes":0},'
        b'{"rung":2,"after_minutes":5},{"rung":3,"after_minutes":15},{"rung":1,"after_minutes":30},'
        b'{"rung":2,"after_minutes":35},{"rung":3,"after_minutes":45}],"started_at":"2026-11-29T09:00:00.000Z",'
        b'"step":1,"stepped_at":"2026-11-29T09:00:00.000Z","alerting":"due","paused_seconds":0,"resumed_steps":[],'
        b'"untold_steps":[],"is_crowd":false},"recovery":{"complained_at":"2026-11-29T09:00:00.000Z",'
        b'"last_opinion":{"at":"2026-11-29T09:00:00.000Z","mention_id":"19","is_pleased":false},'
        b'"earlier_complaints":0},"version":0}}'
    )
}
_CURRENT = 1
_RAW = -zlib.MAX_WBITS


def pack(value: object) -> bytes:
    """The packed form of a value. ValueError where JSON cannot hold it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packer = zlib.compressobj(6, zlib.DEFLATED, _RAW, zdict=DICTIONARIES[_CURRENT])
    # Halves of a pair of surrogates are no text, and must come back as they were.
    return bytes([_CURRENT]) + packer.compress(text.encode("utf-8", "surrogatepass")) + packer.flush()


def unpack(packed: bytes) -> Any:
    """What ``pack`` was given. ValueError where it was packed with a dictionary that this release does not know."""
    if (dictionary := DICTIONARIES.get(packed[0])) is None:
        raise ValueError(f"An item was packed in form {packed[0]}, which a later release wrote: deploy that release.")
    unpacker = zlib.decompressobj(_RAW, zdict=dictionary)
    text = (unpacker.decompress(packed[1:]) + unpacker.flush()).decode("utf-8", "surrogatepass")
    return json.loads(text)
