"""What the emulator keeps from one start to the next, beyond what MiniStack does by itself.

- **All services in one file**, replaced at once: whatever kills the process, and whenever, the file on disk is a state
  that all services had at the same moment. MiniStack writes a file for each service, and only as it ends.
- **At any time**, by a POST to ``/_earshot/save``. No request is answered meanwhile, so a message is never missing from
  its queue and from the table as well.
- **The records of table streams** that no function has read yet. MiniStack keeps how many a mapping has read, but not
  the records: after a restart every mapping skips as many new ones as it had ever read.
- **Messages that a function was working on** when the emulator ended are visible at once: that function ended as well.
  MiniStack would hide them until the queue's timeout, which is six minutes here.
- **A queue's address** on a start at another port: MiniStack would look for it at the new one, where there is none, and
  hand none of its messages to the function.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from ministack import app as gateway
from ministack.core import persistence
from ministack.services import dynamodb, lambda_svc, sqs

# MiniStack has no type stubs, and the functions that are replaced are private.
_GATEWAY: Any = gateway
_CODEC: Any = persistence
_DYNAMODB: Any = dynamodb
_LAMBDA: Any = lambda_svc
_SQS: Any = sqs

PATH = "/_earshot/save"
GetState = Callable[[], dict[str, Any] | None]
Application = Callable[[dict[str, Any], Callable[..., Any], Callable[..., Awaitable[None]]], Awaitable[None]]


class StateFile:
    """The state of all services, in one file beside the folder in which MiniStack would keep it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._loaded: dict[str, Any] | None = None
        self._unused_code: set[str] | None = None
        self.was_saved = False
        """Whether this process has saved anything."""

    def install(self) -> None:
        """Put it into MiniStack. AttributeError where a release of MiniStack lacks what it replaces."""
        self._load_from_folder, self._prune = _GATEWAY.load_state, _LAMBDA._prune_orphan_code_blobs
        _GATEWAY.save_all, _GATEWAY.load_state = self.save, self.load
        _GATEWAY._load_persisted_state = _with_positions_checked(_GATEWAY._load_persisted_state)
        # The file on disk may still name the code: it is removed only when that file has been replaced.
        _LAMBDA._prune_orphan_code_blobs = self._keep_in_mind
        _DYNAMODB.get_state = _with_streams(_DYNAMODB.get_state)
        _DYNAMODB.load_persisted_state = _restoring_streams(_DYNAMODB.load_persisted_state)
        _SQS.load_persisted_state = _giving_back_messages(_SQS.load_persisted_state)
        _SQS._queue_url = _as_it_was_made(_SQS._queue_url)

    def save(self, services: Mapping[str, GetState]) -> None:
        """Replace the file by the state of all ``services``; it raises whatever keeps it from that."""
        states = {name: state for name, get_state in services.items() if (state := get_state()) is not None}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(states, file, default=_CODEC._json_default)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)
        self.was_saved = True
        if self._unused_code is not None:
            self._prune(self._unused_code)

    def load(self, service: str) -> dict[str, Any] | None:
        """The state of a service; that of MiniStack's own folder where there is no file yet."""
        if self._loaded is None:
            if not self._file.exists():
                return self._load_from_folder(service)
            with self._file.open(encoding="utf-8") as file:
                self._loaded = json.load(file, object_hook=_CODEC._json_object_hook)
        return self._loaded.get(service) if self._loaded else None

    def _keep_in_mind(self, referenced: set[str]) -> None:
        self._unused_code = referenced


def saving(application: Application, state: StateFile) -> Application:
    """The application, which saves at a POST to ``PATH`` and answers 204, or 500 with the reason."""

    async def answer(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Awaitable[None]]) -> None:
        if (scope.get("method"), scope.get("path")) != ("POST", PATH):
            await application(scope, receive, send)
            return
        status, body = 204, b""
        try:
            # On the event loop, where requests are answered: none comes between two services.
            state.save(_GATEWAY._build_persistence_save_dict())
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            status, body = 500, f"{type(error).__name__}: {error}".encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    return answer


def end_with_parent(state: StateFile) -> None:
    """End this process when its standard input ends, for then whoever started it has died without stopping it.

    What was saved before is saved once more. What was never saved may be a half-made deployment, and is left out.
    """

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        if not state.was_saved:
            os._exit(1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()


def _with_streams(get_state: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The tables' state, with the records of their streams that some mapping has yet to read."""

    def answer() -> dict[str, Any]:
        read = _positions()
        records, trimmed = type(_DYNAMODB._stream_records)(), type(_DYNAMODB._stream_trimmed)()
        for (account, region, table), kept in list(_DYNAMODB._stream_records._data.items()):
            start = _DYNAMODB._trimmed_count(table, account, region)
            first = min(read.get((account, region, table), [start + len(kept)]))
            first = max(start, first)
            records._data[(account, region, table)] = list(kept[first - start :])
            trimmed._data[(account, region, table)] = first
        return get_state() | {"stream_records": records, "stream_trimmed": trimmed}

    return answer


def _restoring_streams(load: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def answer(data: dict[str, Any]) -> None:
        load(data)
        # Where the stream begins comes first: the poller runs already, and would take it for a stream from the start.
        if "stream_records" in data:
            _DYNAMODB._stream_trimmed._data.update(data["stream_trimmed"]._data)
            _DYNAMODB._stream_records._data.update(data["stream_records"]._data)

    return answer


def _giving_back_messages(load: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def answer(data: dict[str, Any]) -> None:
        load(data)
        now = time.time()
        for queue in _SQS._queues.all_values():
            for message in queue.get("messages", []):
                # One that was never received is hidden by a delay of its own, which goes on.
                if message.get("receive_count", 0) > 0 and message.get("visible_at", now) > now:
                    message["visible_at"] = now
                    message["receive_count"] -= 1

    return answer


def _as_it_was_made(queue_url: Callable[[str], str]) -> Callable[[str], str]:
    """The address of a queue by its name: that under which it was made, whatever the port is now."""

    def answer(name: str) -> str:
        return _SQS._queue_name_to_url.get(name) or queue_url(name)

    return answer


def _with_positions_checked(load: Callable[[], None]) -> Callable[[], None]:
    """What loads the state, after which no mapping stands past the end of its stream, as in earlier releases."""

    def answer() -> None:
        load()
        with _LAMBDA._dynamodb_stream_positions_lock:
            for account, region, mapping in _LAMBDA._iter_all_esms():
                key, table = (account, region, mapping["UUID"]), _table_of(mapping)
                position = _LAMBDA._dynamodb_stream_positions._data.get(key)
                if table is not None and position is not None:
                    end = _DYNAMODB.stream_end_position(table, account_id=account, region=region)
                    _LAMBDA._dynamodb_stream_positions._data[key] = min(position, end)

    return answer


def _positions() -> dict[tuple[str, str, str], list[int]]:
    """How far each mapping has read, by account, region and table."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for account, region, mapping in _LAMBDA._iter_all_esms():
        table = _table_of(mapping)
        if table is not None:
            position = _LAMBDA._dynamodb_stream_positions._data.get((account, region, mapping["UUID"]), 0)
            found.setdefault((account, region, table), []).append(position)
    return found


def _table_of(mapping: Mapping[str, Any]) -> str | None:
    source = mapping.get("EventSourceArn", "")
    return source.split("/")[1] if ":dynamodb:" in source and "/stream/" in source else None
