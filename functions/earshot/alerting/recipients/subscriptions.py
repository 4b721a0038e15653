"""The email subscriptions of the alert topic in SNS: which mailboxes it has, and whether they are confirmed."""

import json
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.recipients.mailboxes import FilterPolicy, Subscription, filter_for
from earshot.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient

_FILTER_POLICY = "FilterPolicy"


class Subscriptions:
    """The email subscriptions of one topic."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    @cached_property
    def _pages(self):
        # boto3 makes a class for each that is asked for.
        return self._client.get_paginator("list_subscriptions_by_topic")

    def subscribed(self) -> tuple[Subscription, ...]:
        """All of them: one request for each 100 subscriptions of the topic."""
        pages = self._pages.paginate(TopicArn=self._topic)
        listed = [one for page in pages for one in page["Subscriptions"] if one.get("Protocol") == "email"]
        # Instead of an ARN, SNS writes "PendingConfirmation" or "Deleted".
        arns = [(one.get("Endpoint", ""), one.get("SubscriptionArn", "")) for one in listed]
        return tuple(Subscription(address, arn if arn.startswith("arn:") else None) for address, arn in arns)

    def is_opted_out(self, phone: str) -> bool:
        """Whether the owner of a number answered STOP. False where SNS does not say."""
        try:
            return bool(self._client.check_if_phone_number_is_opted_out(phoneNumber=phone).get("isOptedOut"))
        except (ClientError, BotoCoreError):
            return False

    def subscribe_mailbox(self, address: str) -> None:
        """Subscribe a mailbox. SNS asks its owner to confirm, once more if it has asked before.

        ConflictError where it is subscribed with another filter already, as one that somebody subscribed by hand.
        """
        try:
            self._client.subscribe(
                TopicArn=self._topic,
                Protocol="email",
                Endpoint=address,
                Attributes={_FILTER_POLICY: json.dumps(filter_for(address))},
                ReturnSubscriptionArn=True,
            )
        except self._client.exceptions.InvalidParameterException as error:
            if "already exists" not in str(error):
                raise
            raise ConflictError(
                f"{address} is subscribed with another filter and has not confirmed, and SNS changes nothing before "
                "that: confirm it by the link in the mail that AWS has sent, then do this again."
            ) from error

    def filter_of(self, arn: str) -> FilterPolicy:
        """The filter of a confirmed subscription; an empty one, which lets every message through, where it has none."""
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return json.loads(attributes.get(_FILTER_POLICY) or "{}")

    def set_filter(self, arn: str, address: str) -> None:
        """Give the subscription of ``address`` the filter of its mailbox."""
        self._client.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=_FILTER_POLICY, AttributeValue=json.dumps(filter_for(address))
        )

    def unsubscribe(self, arn: str) -> None:
        """Delete a subscription."""
        self._client.unsubscribe(SubscriptionArn=arn)
