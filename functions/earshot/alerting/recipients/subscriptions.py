"""Who is subscribed to the alert topic in SNS: whose address is on it, who confirmed it, and what its filter says."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.filter_policy import Subscription, people_in, with_person, without_person
from earshot.alerting.roster.roster import Person
from earshot.errors import ConflictError

_POLICY = "FilterPolicy"


class Subscriptions:
    """The email and SMS subscriptions of one topic."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def subscribed(self) -> tuple[Subscription, ...]:
        """All of them, with what each lets through: one request for 100, and one for each that is confirmed."""
        pages = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        listed = [one for page in pages for one in page["Subscriptions"]]
        return tuple(self._read(one) for one in listed if one["Protocol"] in tuple(Channel))

    def is_opted_out(self, phone: str) -> bool:
        """Whether the owner of a number answered STOP. Where SNS does not say, the number counts as open."""
        try:
            return bool(self._client.check_if_phone_number_is_opted_out(phoneNumber=phone)["isOptedOut"])
        except (ClientError, BotoCoreError):
            return False

    def subscribe_person(self, person: Person) -> None:
        """See to it that alerts for them reach their addresses, and no address that they had before.

        SNS asks the owner of a mailbox to confirm. ConflictError where an address waits for that already, under
        another filter: SNS lets nobody change it until then.
        """
        known = self.subscribed()
        for channel in Channel:
            address = person.address(channel)
            former = [one for one in known if one.channel is channel and not one.is_at(channel, address)]
            self._forget(former, person.id)
            if address is not None:
                self._subscribe(channel, address, person.id, known)

    def unsubscribe_person(self, id: str) -> int:
        """Take every subscription from them, and leave it to whom else it serves; answers how many there were."""
        return self._forget(self.subscribed(), id)

    def _subscribe(self, channel: Channel, address: str, id: str, known: tuple[Subscription, ...]) -> None:
        there = next((one for one in known if one.is_at(channel, address)), None)
        if there is not None and there.arn is not None:
            if id not in people_in(there.policy):
                self._set(there.arn, with_person(there.policy, channel, id))
            return
        try:
            self._client.subscribe(
                TopicArn=self._topic,
                Protocol=str(channel),
                Endpoint=address,
                Attributes={_POLICY: _text(with_person({}, channel, id))},
                ReturnSubscriptionArn=True,
            )
        except self._client.exceptions.InvalidParameterException as error:
            if there is None:
                raise
            raise ConflictError(
                f"{address} has not confirmed its subscription yet, and SNS changes nothing before: have it confirmed "
                "from the mail that AWS has sent, then do this again."
            ) from error

    def _forget(self, subscriptions: Iterable[Subscription], id: str) -> int:
        theirs = [one for one in subscriptions if id in people_in(one.policy)]
        for one in theirs:
            assert one.arn is not None, "a policy is known of confirmed subscriptions alone"
            left = without_person(one.policy, one.channel, id)
            if left is None:
                self._client.unsubscribe(SubscriptionArn=one.arn)
            else:
                self._set(one.arn, left)
        return len(theirs)

    def _set(self, arn: str, policy: Mapping[str, Any]) -> None:
        # In place: what is removed and made anew may come back with the filter that it had.
        self._client.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=_POLICY, AttributeValue=_text(policy)
        )

    def _read(self, listed: Mapping[str, str]) -> Subscription:
        channel, address = Channel(listed["Protocol"]), listed["Endpoint"]
        # SNS writes "PendingConfirmation" or "Deleted" where the identifier would stand.
        if not listed["SubscriptionArn"].startswith("arn:"):
            return Subscription(channel, address, None)
        arn = listed["SubscriptionArn"]
        try:
            attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        except self._client.exceptions.NotFoundException:
            return Subscription(channel, address, None)
        return Subscription(channel, address, arn, json.loads(attributes.get(_POLICY) or "{}"))


def _text(policy: Mapping[str, Any]) -> str:
    return json.dumps(policy)
