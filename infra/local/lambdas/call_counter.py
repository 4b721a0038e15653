"""Counts the calls that the functions make to each service, as botocore sends them."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from botocore.model import OperationModel

from infra.local.engine.engine import Engine
from infra.local.lambdas.default_session import fresh_default_session


@contextmanager
def count_calls(engine: Engine) -> Generator[Counter[tuple[str, str]]]:
    """Count, by (service, operation), what clients of boto3's default session send while the block runs.

    Clients made before the block are not counted: it begins with a session of its own, on the engine's direct line.
    """
    calls: Counter[tuple[str, str]] = Counter()

    def count(model: OperationModel, **_: object) -> None:
        calls[(model.service_model.endpoint_prefix, model.name)] += 1

    with fresh_default_session(engine.line) as session:
        session.events.register("before-call", count)
        yield calls
