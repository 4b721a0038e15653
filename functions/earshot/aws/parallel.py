"""One act for many items, several at a time, for as long as there is time.

What the acts do is wait for AWS: threads let them wait together. boto3's clients may be shared between threads.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# As many as boto3's pool of connections lets wait together is 10; more would open a connection for each call.
AT_ONCE = 10
_most: ContextVar[int | None] = ContextVar("_most", default=None)


def never() -> bool:
    """There is always time."""
    return False


@contextmanager
def one_at_a_time() -> Generator[None]:
    """Nothing happens at the same time within the block: for where AWS is in this process, and nothing waits for it."""
    before = _most.set(1)
    try:
        yield
    finally:
        _most.reset(before)


def for_each(
    act: Callable[[T], R], items: Iterable[T], *, at_once: int = 1, is_over: Callable[[], bool] = never
) -> Iterator[tuple[T, R | Exception]]:
    """Each item, in order, with what ``act`` returned for it or raised. Once ``is_over`` no further one is begun.

    With ``at_once`` of 1, or of a single item, no thread is used. What is no Exception, as an interrupt, is raised.
    """

    def tried(item: T) -> R | Exception:
        try:
            return act(item)
        except Exception as error:  # noqa: BLE001 - one item must not stop the others; the caller has the error
            return error

    at_once = _most.get() or at_once
    if at_once > 1:
        rest = iter(items)
        first_two = list(islice(rest, 2))
        items, at_once = chain(first_two, rest), at_once if len(first_two) > 1 else 1
    if at_once == 1:
        for item in items:
            if is_over():
                return
            yield item, tried(item)
        return
    with ThreadPoolExecutor(at_once) as pool:
        begun: deque[tuple[T, Future[R | Exception]]] = deque()
        for item in items:
            if is_over():
                break
            begun.append((item, pool.submit(tried, item)))
            if len(begun) > at_once:
                first, future = begun.popleft()
                yield first, future.result()
        for item, future in begun:
            yield item, future.result()


def for_all(act: Callable[[T], R], items: Iterable[T], *, at_once: int = 1) -> list[R]:
    """What ``act`` returned for each item, in order. If it raised for some, the first error, after all were tried."""
    done = [result for _, result in for_each(act, items, at_once=at_once)]
    if (error := next((one for one in done if isinstance(one, Exception)), None)) is not None:
        raise error
    return [one for one in done if not isinstance(one, Exception)]
