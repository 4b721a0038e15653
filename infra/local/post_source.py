"""Where ``earshot run`` gets posts from: X itself where a token is set, and otherwise the stand-in with the sample."""

import contextlib
import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from earshot.errors import EarshotError
from earshot.mentions.sources.x.handles import handle_problem
from earshot.runtime import utc_now
from infra.local.feeds.server import FeedServer
from infra.local.sample import sample
from infra.local.sample.blog import SampleBlog
from infra.local.sample.stream import SampleStream
from infra.local.x.api import TOKEN, XApi

TOKEN_VARIABLE = "X_BEARER_TOKEN"  # noqa: S105 - a name
BRANDS_VARIABLE = "BRAND_HANDLES"
URL_VARIABLE = "X_API_URL"
# Template parameters that the environment may set for X itself.
PARAMETERS_FOR_X = {"SearchTerms": "SEARCH_TERMS", "XMonthlySpendLimit": "X_MONTHLY_SPEND_LIMIT"}


class PostSourceError(EarshotError):
    """The environment names X, and not what it takes to listen to it."""


@dataclass(frozen=True, slots=True)
class PostSource:
    """X's stand-in with the sample and its blog, or X itself. ``url`` is None for X's own, and ``blog`` with it.

    ``remember`` stores how far the sample has been played, and ``is_over`` says whether that was all of it.
    """

    brands: Sequence[str]
    token: str
    url: str | None
    is_sample: bool
    blog: SampleBlog | None = None
    remember: Callable[[], None] = lambda: None
    is_over: Callable[[], bool] = lambda: False

    @property
    def parameters(self) -> dict[str, str]:
        """Template parameters in addition to the brand: for X itself, what the environment sets."""
        given = {parameter: os.environ[name] for parameter, name in PARAMETERS_FOR_X.items() if name in os.environ}
        return ({} if self.is_sample else given) | ({"XApiUrl": self.url} if self.url else {})


def uses_x() -> bool:
    """Whether the environment has a token for X itself."""
    return TOKEN_VARIABLE in os.environ


@contextlib.contextmanager
def open_post_source(state: Path) -> Generator[PostSource]:
    """The source that the environment names. ``state`` keeps how far the sample has been played."""
    token = os.environ.get(TOKEN_VARIABLE)
    if token:
        brands = [name.strip() for name in os.environ.get(BRANDS_VARIABLE, "").split(",") if name.strip()]
        if not brands:
            raise PostSourceError(
                f"{TOKEN_VARIABLE} is set, but {BRANDS_VARIABLE} is not: set it to the handles whose mentions to fetch."
            )
        for problem in filter(None, map(handle_problem, "+".join(brands).replace("@", "").split("+"))):
            raise PostSourceError(f"{BRANDS_VARIABLE}: {problem}.")
        yield PostSource(brands, token, os.environ.get(URL_VARIABLE), is_sample=False)
        return
    stream = SampleStream(state / "position")
    with (
        XApi(stream.posts, handles=sample.BRANDS, until=utc_now) as x,
        FeedServer() as server,
        stream.remembered(),
    ):
        blog = SampleBlog(server, stream.written_at, utc_now)
        yield PostSource(
            sample.BRANDS, TOKEN, x.url, is_sample=True, blog=blog, remember=stream.remember, is_over=stream.is_over
        )
