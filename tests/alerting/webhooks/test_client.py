"""Posting, to real receivers on loopback: what is answered, what is not, and what never shows."""

import logging
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from earshot.alerting.webhooks.client import WebhookClient
from earshot.alerting.webhooks.delivery import UnreachableError, WebhookResponse
from tests.alerting.webhooks.receiver import CUT, HANG, Receiver

CLIENT = WebhookClient(connect_seconds=1, read_seconds=0.3)


def failing(url):
    with pytest.raises(UnreachableError) as raised:
        CLIENT.post(url, b"{}", {})
    assert "T0K3N" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    return str(raised.value)


def test_what_is_posted_arrives_byte_for_byte():
    with Receiver() as receiver:
        assert CLIENT.post(receiver.url + "/a?b=c", b'{"a": "\xc3\xa9"}', {"webhook-id": "msg_1"}) == WebhookResponse(
            200
        )
    (request,) = receiver.requests
    assert (request.path, request.body, request.headers["webhook-id"]) == ("/a?b=c", b'{"a": "\xc3\xa9"}', "msg_1")


@pytest.mark.parametrize("status", [202, 204, 404, 410, 429, 503])
def test_every_status_is_answered_with_how_long_to_wait(status):
    with Receiver((status, {"Retry-After": "7"})) as receiver:
        assert CLIENT.post(receiver.url, b"{}", {}) == WebhookResponse(status, "7")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status):
    with Receiver() as elsewhere, Receiver((status, {"Location": elsewhere.url})) as receiver:
        assert CLIENT.post(receiver.url, b"{}", {}).status == status
    assert elsewhere.requests == []


def test_a_receiver_that_says_nothing_is_given_up_in_time():
    # Without a timeout of the client's own, the receiver breaks the connection in the end, which is another message.
    with Receiver(HANG) as receiver:
        assert failing(receiver.url + "/T0K3N") == "did not answer in time"


def test_a_connection_that_breaks_is_no_answer():
    with Receiver(CUT) as receiver:
        assert failing(receiver.url + "/T0K3N").startswith("broke the connection")


def test_a_receiver_that_is_not_there_is_no_answer():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert failing(f"http://127.0.0.1:{free.getsockname()[1]}/T0K3N") == "could not be connected to"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path):
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    receiver._server.socket = context.wrap_socket(receiver._server.socket, server_side=True)
    with receiver:
        assert failing(f"https://127.0.0.1:{receiver.port}/T0K3N") == "has a certificate that is not trusted"
    assert receiver.requests == []


def test_not_even_at_debug_is_an_address_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with Receiver(503, CUT) as receiver:
        CLIENT.post(receiver.url + "/T0K3N", b"{}", {})
        failing(receiver.url + "/T0K3N")
    assert "T0K3N" not in caplog.text


def _self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *private) + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
