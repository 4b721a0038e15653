"""What reaches the functions from outside of this account's tables, queues and schedules, as AWS hands it over."""

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any


def receipt(message_id: str, phone: str) -> dict[str, Any]:
    """SNS's log of a text message that arrived, as CloudWatch Logs hands it over."""
    line = {
        "notification": {"messageId": message_id, "timestamp": "2026-11-24 08:00:00.000"},
        "delivery": {
            "numberOfMessageParts": 1,
            "destination": phone,
            "priceInUSD": 0.00831,
            "smsType": "Transactional",
            "providerResponse": "Message has been accepted by phone",
        },
        "status": "SUCCESS",
    }
    logs = {
        "messageType": "DATA_MESSAGE",
        "owner": "000000000000",
        "logGroup": "sns",
        "logStream": "1",
        "subscriptionFilters": ["earshot"],
        "logEvents": [{"id": message_id, "timestamp": 1795251605123, "message": json.dumps(line)}],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(logs).encode())).decode()}}


def api_request(path: str, body: Mapping[str, object]) -> dict[str, Any]:
    """A request of an agent to the API, as API Gateway hands it over."""
    claims = {"email": "agent@example.com", "cognito:groups": "[agent]", "sub": "1"}
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "body": json.dumps(dict(body)) if body else None,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "faults",
            "stage": "$default",
            "http": {"method": "POST", "path": path},
            "authorizer": {"jwt": {"claims": claims}},
        },
    }
