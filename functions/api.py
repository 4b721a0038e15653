"""The API: what staff see of the cases, and do with them. API Gateway asks for a token before it calls.

Three routes ask for none: two of the links in alerts, which carry a signature of their own, and one whose requests are
signed.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from earshot.api.app import answer, answer_unavailable
from earshot.api.links.app import answer_link, is_link, link_unavailable
from earshot.api.unavailable import SERVICE_ERRORS, is_outage
from earshot.bootstrap import Bootstrap
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.api import report_request, report_unavailable
from earshot.telemetry.powertools import observed


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the API."""
    wired = Bootstrap(environ, clock)
    api, links = wired.api, wired.link_api

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        by_link = is_link(event)
        try:
            response = answer_link(event, links) if by_link else answer(event, context, api)
        except SERVICE_ERRORS as error:
            if not is_outage(error):
                raise
            report_unavailable()
            response = link_unavailable() if by_link else answer_unavailable(event)
        if not by_link:  # the path of a link holds its token, so it is not logged
            report_request(event.get("rawPath"), response["statusCode"])
        return response

    return observed(wired.time_left.limiting(handle), correlation_paths.API_GATEWAY_HTTP)


handler = on_first_call(build)
