"""Which errors of AWS are an outage, after which asking again helps, and which are a fault of the deployment."""

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from earshot.api.unavailable import SERVICE_ERRORS, is_outage
from earshot.cases.store.listing import read_items


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Query")


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (client_error("InternalServerError", 500), True),
        (client_error("ThrottlingException", 400), True),
        (client_error("AccessDeniedException", 400), False),
        (ReadTimeoutError(endpoint_url="https://dynamodb"), True),
        (NoCredentialsError(), False),
    ],
)
def test_an_outage_is_told_from_a_fault(error, is_one):
    assert is_outage(error) is is_one


class Overloaded:
    """A table that leaves everything unread."""

    def batch_get_item(self, RequestItems):
        return {"Responses": {}, "UnprocessedKeys": RequestItems}


def test_what_dynamodb_leaves_unread_under_load_is_an_outage():
    with pytest.raises(SERVICE_ERRORS) as raised:
        read_items(Overloaded(), "t", [{"pk": {"S": "a"}, "sk": {"S": "b"}}])
    assert is_outage(raised.value)
