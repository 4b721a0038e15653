"""What every item of the case table goes through when it is read, and when it is written.

To change what is stored, write a step from the present format to the new one and append it below; keep the examples in
``tests/cases/store/formats`` as they are, and add one of the new format. Older items are then read as new ones, and are
written in the new format with their next change. An attribute that an index or a condition needs is not there before
that change: what asks for it has to do without. A projection that is decoded names ``format`` as well.
"""

import json

from earshot.aws.formats import Formats, Record


def _one_item_for_a_change(record: Record) -> Record:
    """Format 2: the log entries of a change are one item; what is compared or projected is beside what is packed."""
    if "entry" in record and record["sk"].startswith("LOG#"):
        return record | {"entries": [record["entry"]]}
    if "mention" in record:
        return record | {"baseline": record["mention"].get("baseline", False)}
    if "alert" in record:
        alert = record["alert"]
        return record | {name: alert[name] for name in ("outcome", "attempts") if name in alert}
    if "live" in record:
        return record | {"live": json.dumps(record["live"])}
    return record


FORMATS = Formats("An item of the case table", _one_item_for_a_change)
