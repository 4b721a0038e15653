"""The body of a message in the mention queue, read back as the mention that it holds."""

import json
from collections.abc import Mapping

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.x.posts import Brands, mention_of


def read_message(body: str, brands: Brands) -> Mention | MentionError:
    """The mention, or the error that says what is wrong with the message: a retry will not help it.

    A post as X gave it is read as well: it is one that an earlier release could not read, and that an operator sends
    through again.
    """
    try:
        record = json.loads(body)
        if isinstance(record, Mapping) and "version" not in record and "author_id" in record:
            return mention_of(record, {}, {}, brands)
        return Mention.from_record(record)
    except MentionError as error:
        return error
    except (ValueError, RecursionError) as error:
        # Beside text that is no JSON: numbers of thousands of digits, and brackets nested without end.
        return MentionError(f"The message is no JSON ({error}): send what to_record() wrote.")
