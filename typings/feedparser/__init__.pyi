# What is used of feedparser, which has no types of its own.
from collections.abc import Mapping
from typing import Any

class CharacterEncodingOverride(Exception): ...
class NonXMLContentType(Exception): ...

def parse(
    url_file_stream_or_string: bytes,
    *,
    response_headers: Mapping[str, str],
    sanitize_html: bool,
    resolve_relative_uris: bool,
) -> Any: ...
