"""Stand-ins that answer on the thread that asks: for a process that is copied as it stands."""

import socket
import threading

import pytest
import requests
import urllib3

from infra.local.loopback import Handler, Loopback, answered_at_once


class _Echo(Handler):
    def do_POST(self) -> None:
        body = self.body()
        if body == b"reset":
            self.close_connection = True
            self.connection.close()
            return
        self.reply(200, f"{threading.current_thread().name}: {body.decode()}".encode(), {})


@pytest.fixture
def port() -> int:
    return 8080


def test_one_that_was_never_started_answers_on_the_thread_that_asks_by_a_connection_that_is_kept(port: int) -> None:
    server = Loopback(_Echo)
    with answered_at_once({port: server}), requests.Session() as session:
        here = threading.current_thread().name
        for said in ("one", "two", "x" * 50_000):
            answer = session.post(f"http://127.0.0.1:{port}/", data=said, timeout=5)
            assert answer.text == f"{here}: {said}"
        assert len(session.adapters["http://"].poolmanager.pools.keys()) == 1
    server.close()


def test_what_it_breaks_off_is_broken_off_and_the_next_request_is_answered(port: int) -> None:
    server, pool = Loopback(_Echo), urllib3.PoolManager(retries=False)
    with answered_at_once({port: server}):
        with pytest.raises(urllib3.exceptions.ProtocolError):
            pool.request("POST", f"http://127.0.0.1:{port}/", body=b"reset")
        assert pool.request("POST", f"http://127.0.0.1:{port}/", body=b"again").data.endswith(b": again")
    server.close()


def test_whatever_else_is_asked_goes_by_the_network_also_afterwards(port: int) -> None:
    with Loopback(_Echo) as server, answered_at_once({}):
        answer = requests.post(server.url, data="here", timeout=5)
        assert not answer.text.startswith(threading.current_thread().name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(requests.ConnectionError):
            requests.post(f"http://127.0.0.1:{probe.getsockname()[1]}/", timeout=5)
