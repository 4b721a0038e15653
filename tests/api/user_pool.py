"""A user pool in memory: what Cognito answers to the calls that are made for accounts. moto's needs a library more."""

import json
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

_make = boto3.client


@dataclass
class FakeUserPool:
    """Accounts by address, each with its groups, its status and whether it is enabled; and the invitations mailed."""

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    mailed: list[str] = field(default_factory=list)

    def client(self, service: str, **given: Any) -> Any:
        """boto3's client of a service, of which this pool answers what is asked of Cognito."""
        made = _make(service, **given)
        if service == "cognito-idp":
            made.meta.events.register("before-call.cognito-idp", self._answer)
        return made

    def _answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        asked = json.loads(params["body"])
        act = getattr(self, f"_{model.name}")
        status, answer = act(asked)
        return AWSResponse("https://cognito", status, {}, None), {
            **answer,
            "ResponseMetadata": {"HTTPStatusCode": status},
        }

    def _ListUsers(self, asked: dict[str, Any]) -> Any:
        return 200, {"Users": [self._user(name) for name in self.accounts]}

    def _ListUsersInGroup(self, asked: dict[str, Any]) -> Any:
        found = [name for name, account in self.accounts.items() if asked["GroupName"] in account["groups"]]
        return 200, {"Users": [self._user(name) for name in found]}

    def _AdminCreateUser(self, asked: dict[str, Any]) -> Any:
        name = asked["Username"]
        if name in self.accounts and asked.get("MessageAction") != "RESEND":
            return self._error("UsernameExistsException")
        self.accounts.setdefault(name, {"groups": set(), "status": "FORCE_CHANGE_PASSWORD", "enabled": True})
        self.mailed.append(name)
        return 200, {"User": self._user(name)}

    def _AdminGetUser(self, asked: dict[str, Any]) -> Any:
        name = next((name for name in self.accounts if self._sub(name) == asked["Username"]), asked["Username"])
        attributes = [{"Name": "email", "Value": name}, {"Name": "sub", "Value": self._sub(name)}]
        given = {"Username": self._sub(name), "UserAttributes": attributes}
        return self._for({"Username": name}, lambda account: {"UserStatus": account["status"], **given})

    def _AdminAddUserToGroup(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: account["groups"].add(asked["GroupName"]))

    def _AdminRemoveUserFromGroup(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: account["groups"].discard(asked["GroupName"]))

    def _AdminListGroupsForUser(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: {"Groups": [{"GroupName": one} for one in account["groups"]]})

    def _AdminResetUserPassword(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: account.update(status="RESET_REQUIRED"))

    def _AdminDisableUser(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: account.update(enabled=False))

    def _AdminEnableUser(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: account.update(enabled=True))

    def _AdminUserGlobalSignOut(self, asked: dict[str, Any]) -> Any:
        return self._for(asked, lambda account: None)

    def _for(self, asked: dict[str, Any], act: Any) -> Any:
        if asked["Username"] not in self.accounts:
            return self._error("UserNotFoundException")
        return 200, act(self.accounts[asked["Username"]]) or {}

    def _error(self, code: str) -> Any:
        return 400, {"Error": {"Code": code, "Message": code}}

    def _sub(self, name: str) -> str:
        """The subject of an account, which Cognito also takes for its name."""
        return f"sub-of-{name.casefold()}"

    def _user(self, name: str) -> dict[str, Any]:
        account = self.accounts[name]
        return {
            "Username": name,
            "Attributes": [{"Name": "email", "Value": name}],
            "UserStatus": account["status"],
            "Enabled": account["enabled"],
        }
