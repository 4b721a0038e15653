"""Whether AWS offers in a region what Earshot needs.

Which region has which service is botocore's own list of endpoints; it is as old as the botocore that is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from earshot.reports.doctor.finding import Finding, failure, ok, warning

CHECK = "region"
# By the name under which botocore lists its endpoints.
REQUIRED = {
    "lambda": "AWS Lambda",
    "dynamodb": "Amazon DynamoDB",
    "sqs": "Amazon SQS",
    "sns": "Amazon SNS",
    "scheduler": "EventBridge Scheduler",
    "apigatewayv2": "Amazon API Gateway",
    "cognito-idp": "Amazon Cognito",
    "secretsmanager": "AWS Secrets Manager",
    "kms": "AWS KMS",
    "logs": "CloudWatch Logs",
    "cloudwatch": "Amazon CloudWatch",
    "cloudformation": "AWS CloudFormation",
}
COMPREHEND, BEDROCK = "comprehend", "bedrock"
# Since 2024 SNS hands its SMS to AWS End User Messaging: where that is not, SNS sends none either.
SMS = "pinpoint-sms-voice-v2"
_PRODUCTS = "https://aws.amazon.com/about-aws/global-infrastructure/regional-product-services/"
COMMERCIAL = "aws"
_HOSTS = {"aws-us-gov": "https://DOMAIN.auth-fips.REGION.amazoncognito.com"}
_EXAMPLES = "eu-west-1, eu-central-1, us-east-1 or us-west-2"


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """A region, its partition (None: botocore knows no such region), and the regions of that partition by service."""

    region: str
    partition: str | None
    offered: Mapping[str, frozenset[str]]

    def has(self, service: str) -> bool:
        """Whether the region has a service, as far as botocore knows."""
        return self.region in self.offered.get(service, frozenset())

    @property
    def is_listed(self) -> bool:
        """Whether botocore lists anything for the region: of a newer one it knows the partition alone."""
        return any(self.region in regions for regions in self.offered.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stack would use beside the required services."""

    comprehend: bool = True
    reader: bool = False
    sms: bool = False
    own_sign_in: bool = False


def check_region(facts: RegionFacts, wanted: Wanted) -> Iterator[Finding]:
    """A finding for the region; one more for each optional service that it lacks."""
    if facts.partition is None:
        yield failure(CHECK, f"{facts.region!r} is no region of AWS", f"Set AWS_REGION, for example to {_EXAMPLES}")
        return
    if not facts.is_listed:
        yield warning(
            CHECK,
            f"botocore does not list {facts.region} yet, so nothing is known of its services",
            f"See {_PRODUCTS}, or take {_EXAMPLES}",
        )
        return
    missing = [name for service, name in REQUIRED.items() if not facts.has(service)]
    if missing:
        where = "this region" if facts.partition == COMMERCIAL else "this partition"
        why = f"Earshot does not run in {where}"
        yield failure(CHECK, f"{facts.region} has no {', '.join(missing)}: {why}", f"Take {_EXAMPLES}")
        return
    yield ok(CHECK, f"{facts.region} has all services that Earshot needs")
    if facts.partition != COMMERCIAL and not wanted.own_sign_in:
        yield warning(
            "sign-in page",
            f"Cognito's sign-in pages have another host in this partition than {facts.region}.amazoncognito.com",
            f"After the deployment: earshot deploy --set SignInUrl={_HOSTS.get(facts.partition, 'https://HOST')}",
        )
    if wanted.comprehend and not facts.has(COMPREHEND):
        yield warning(
            "Comprehend",
            f"{facts.region} has no Amazon Comprehend: the built-in lexicon measures sentiment, and VoiceSilentAlarm "
            "rings",
            "Switch it off: earshot deploy --set ComprehendMonthlySpendLimit=0",
        )
    if wanted.reader and not facts.has(BEDROCK):
        yield warning(
            "reader",
            f"{facts.region} has no Amazon Bedrock: posts are judged without the language model",
            "Name none: earshot deploy --set ReaderModelId=",
        )
    if wanted.sms and not facts.has(SMS):
        yield warning(
            "SMS",
            f"{facts.region} may send no SMS: AWS lists no End User Messaging there",
            f"See the regions in SNS's documentation (supported regions for SMS), or take {_EXAMPLES}",
        )
