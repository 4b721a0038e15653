"""The sample stream: two hours in the life of seven invented brands, for ``make run`` and ``make demo``.

Every post in ``posts.jsonl`` was written for Earshot; no person, brand or event in it is real. One JSON object a line,
oldest first:

- ``id``: decimal text that rises with time, as X's ids do. ``offset_seconds``: from the start of the stream, so that
  whoever serves the stream says when it begins.
- ``author_id``, ``author_handle``, ``author_name``, ``followers``, ``verified``, ``text``, ``lang`` (X's tag).
- ``conversation_id``, and ``in_reply_to_id``, ``reposted_id``, ``quoted_id`` (an id of the stream, or null).
- ``intent``, where a customer wrote it: what its writer meant it as (complaint, question, praise, opportunity, noise).
- ``story``, where it belongs to one. Among them: a delayed flight answered while the traveller waits at the gate
  (``delayed-flight``), "I hate CordialCable" (``hate``), a wedding sari in the rain (``baggage``), a parcel and a dog
  (``dog-walk``), a dinner at arrivals (``steak``), the bank that lets a widely read blogger wait in vain (``blog``), a
  complaint shared sixty times (``repost-storm``), half a town offline (``outage``, which is an incident), and one
  customer who asks three times (``thrice``).

Some urgent complaints are never answered, so that the ladder can be seen to climb.
"""

import json
from pathlib import Path
from typing import Any

BRANDS = ("NimbusAir", "CordialCable", "HarborBank", "SwiftParcel", "EmberSteak", "TunelyApp", "MapleMarket")
"""The handles of the invented brands: airline, cable, bank, parcels, steak house, music app, shop."""

_POSTS = Path(__file__).with_name("posts.jsonl")


def load() -> list[dict[str, Any]]:
    """All posts of the stream, oldest first."""
    with _POSTS.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
