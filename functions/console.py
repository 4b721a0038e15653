"""Serves the console's files to browsers, before anybody has signed in. It has no access to any data.

Neither boto3 nor Pydantic nor telemetry is loaded: users wait for its cold start, and API Gateway logs the requests.
"""

from collections.abc import Mapping
from typing import Any

from earshot.console.server import Console
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the console; it needs no clock."""
    settings = Settings(environ)
    console = Console(settings.user_pool_client_id, settings.sign_in_url)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return console.answer(event)

    return handle


handler = on_first_call(build)
