"""The subscriptions of the alert topic in SNS: addresses, whether they are confirmed, and their filter policies."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.filter_policy import (
    FilterPolicy,
    Subscription,
    people_in,
    with_person,
    without_person,
)
from earshot.alerting.roster.roster import Person
from earshot.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import SubscriptionTypeDef

_FILTER_POLICY = "FilterPolicy"


class Subscriptions:
    """The email and SMS subscriptions of one topic."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def subscribed(self) -> tuple[Subscription, ...]:
        """All of them, with their policies: one request for each 100, and one for each that is confirmed."""
        pages = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        listed = [one for page in pages for one in page["Subscriptions"]]
        return tuple(self._read(one) for one in listed if one.get("Protocol") in tuple(Channel))

    def is_opted_out(self, phone: str) -> bool:
        """Whether the owner of a number answered STOP. False where SNS does not say."""
        try:
            return bool(self._client.check_if_phone_number_is_opted_out(phoneNumber=phone).get("isOptedOut"))
        except (ClientError, BotoCoreError):
            return False

    def subscribe_person(self, person: Person) -> None:
        """Subscribe a person's addresses, and take their alerts from addresses that they had before.

        SNS asks the owner of a mailbox to confirm. ConflictError where an address with another filter is still
        unconfirmed: SNS lets nobody change it until then.
        """
        known = self.subscribed()
        for channel in Channel:
            address = person.address(channel)
            former = [one for one in known if one.channel is channel and not one.is_at(channel, address)]
            self._remove_person(former, person.id)
            if address is not None:
                self._subscribe(channel, address, person.id, known)

    def unsubscribe_person(self, id: str) -> int:
        """Take a person off all subscriptions; returns of how many. Those that serve nobody else are deleted."""
        return self._remove_person(self.subscribed(), id)

    def _subscribe(self, channel: Channel, address: str, id: str, known: tuple[Subscription, ...]) -> None:
        existing = next((one for one in known if one.is_at(channel, address)), None)
        if existing is not None and existing.arn is not None:
            if id not in people_in(existing.policy):
                self._set_policy(existing.arn, with_person(existing.policy, channel, id))
            return
        try:
            self._client.subscribe(
                TopicArn=self._topic,
                Protocol=str(channel),
                Endpoint=address,
                Attributes={_FILTER_POLICY: json.dumps(with_person({}, channel, id))},
                ReturnSubscriptionArn=True,
            )
        except self._client.exceptions.InvalidParameterException as error:
            if existing is None:
                raise
            raise ConflictError(
                f"{address} has not confirmed its subscription yet, and SNS changes nothing before that: confirm it by "
                "the link in the mail that AWS has sent, then do this again."
            ) from error

    def _remove_person(self, subscriptions: Iterable[Subscription], id: str) -> int:
        theirs = [one for one in subscriptions if id in people_in(one.policy)]
        for one in theirs:
            assert one.arn is not None, "only a confirmed subscription has a known policy"
            policy = without_person(one.policy, one.channel, id)
            if policy is None:
                self._client.unsubscribe(SubscriptionArn=one.arn)
            else:
                self._set_policy(one.arn, policy)
        return len(theirs)

    def _set_policy(self, arn: str, policy: FilterPolicy) -> None:
        # Changed in place: a subscription that is deleted and made again may come back with its former filter.
        self._client.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=_FILTER_POLICY, AttributeValue=json.dumps(policy)
        )

    def _read(self, listed: "SubscriptionTypeDef") -> Subscription:
        channel, address, arn = (listed.get(name, "") for name in ("Protocol", "Endpoint", "SubscriptionArn"))
        # Instead of an ARN, SNS writes "PendingConfirmation" or "Deleted".
        if not arn.startswith("arn:"):
            return Subscription(Channel(channel), address, None)
        try:
            attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        except self._client.exceptions.NotFoundException:
            return Subscription(Channel(channel), address, None)
        return Subscription(Channel(channel), address, arn, json.loads(attributes.get(_FILTER_POLICY) or "{}"))
