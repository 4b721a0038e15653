"""What protects whoever runs the tests: no real account, no host but this one."""

import os
import socket

import boto3
import pytest
import pytest_socket


def test_no_host_but_this_one_can_be_reached():
    with (
        socket.socket() as connection,
        pytest.warns(UserWarning, match="192.0.2.1"),
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        connection.connect(("192.0.2.1", 443))


def test_no_real_credentials_are_found():
    credentials = boto3.Session().get_credentials()
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("none", "none", None)
    assert boto3.Session().available_profiles == []
    assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
