"""Recordings that tests write, and what they look at in them."""

import csv
import io
import json
from datetime import UTC, datetime

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BRANDS = ["@NimbusAir", "CordialCable"]


def row(post_id, **columns):
    """A post that is sound, apart from what ``columns`` says."""
    sound = {
        "id": str(post_id),
        "created_at": "2026-11-20T09:00:00Z",
        "author_id": "500",
        "text": "@NimbusAir where is my bag?",
    }
    return sound | columns


def as_csv(rows):
    columns = list(dict.fromkeys(column for values in rows for column in values))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json_lines(rows):
    return "".join(json.dumps(values, ensure_ascii=False) + "\n" for values in rows)


def ids(found):
    return [mention.id for mention in found.mentions]


def conversations(found):
    return {mention.id: mention.conversation_id for mention in found.mentions}
