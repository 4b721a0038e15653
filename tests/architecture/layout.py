"""Where things stand: the rooms in their order, the entry files, and which file may use which library."""

# In the order in which data walks through them: a room imports those before it, and itself.
ROOMS = ("aws", "mentions", "triage", "cases", "alerting", "reports", "api", "console")
# The rooms of infra in their order, by the same rule. The files beside them, such as ``paths``, come before all rooms.
INFRA_ROOMS = ("corpus", "ops", "local", "replay", "evaluation", "bench", "faults", "cli")
ENTRYPOINTS = ("fetch", "classify", "notify", "deliver", "receipts", "escalate", "digest", "api", "console")
# What wires the rooms together, which no room may import.
WIRING = {"adapters", "bootstrap", "fallbacks", "reloaded_config", "runtime", "settings", "telemetry", "voices"}
MOST_LINES_OF_AN_ENTRYPOINT = 59
# One outside service to a file, and what that file may import for it. A client is handed in, so most import nothing.
ADAPTERS = {
    "aws.secrets": {"botocore"},
    "mentions.sources.x.source": {"tweepy", "requests"},
    "mentions.queue": set(),
    "mentions.source_table": set(),
    "triage.learned.table": set(),
    "triage.sentiment.comprehend": {"botocore"},
    "triage.reader.bedrock": {"botocore"},
    "triage.sentiment.lexicon": {"vaderSentiment"},
    "triage.encoder.encoder": {"numpy"},
    "triage.terms.table": set(),
    "cases.store.case_table": set(),
    "cases.policy.table": set(),
    "cases.store.queries": set(),
    "reports.digest.log": set(),
    "cases.incidents.table": set(),
    "alerting.alert_topic": set(),
    "alerting.webhooks.delivery_log": set(),
    "alerting.sms.receipt_table": set(),
    "alerting.sms.budget_table": set(),
    "alerting.webhooks.client": {"urllib3"},
    "alerting.links.table": set(),
    "alerting.notifier_lock": set(),
    "alerting.mute.silence_table": set(),
    "alerting.roster.table": set(),
    "alerting.recipients.subscriptions": {"botocore"},
}
# Libraries that only compute, and what the desk is built on.
LIBRARIES = {
    "aws.batches": {"aws_lambda_powertools"},
    "aws.clients": {"boto3", "botocore"},
    "aws.dynamodb": {"boto3"},
    "triage.encoder.network": {"numpy"},
    "triage.reader.budgeted": {"botocore"},
    "triage.reader.form": {"pydantic"},
    "triage.sentiment.budgeted": {"botocore"},
    "alerting.links.issuer": {"botocore"},
    "alerting.sms.receipt_log": {"aws_lambda_powertools"},
    "cases.store.codec": {"dacite"},
    "cases.store.cursor": {"itsdangerous"},
    "alerting.messages.sms": {"smsutil", "anyascii"},
    "alerting.messages.email": {"anyascii"},
    "alerting.webhooks.payloads": {"standardwebhooks"},
    "api.app": {"aws_lambda_powertools"},
    "api.links.page": {"markupsafe"},
    "api.openapi": {"aws_lambda_powertools"},
    "api.parameters": {"aws_lambda_powertools"},
    "api.problem": {"aws_lambda_powertools", "pydantic"},
    "api.resolver": {"aws_lambda_powertools"},
    "api.responses": {"aws_lambda_powertools"},
    "api.routes.authors": {"aws_lambda_powertools"},
    "api.routes.case_actions": {"aws_lambda_powertools"},
    "api.routes.cases": {"aws_lambda_powertools", "pydantic"},
    "api.routes.corrections": {"aws_lambda_powertools"},
    "api.routes.incidents": {"aws_lambda_powertools"},
    "api.routes.reports": {"aws_lambda_powertools"},
    "api.routes.silences": {"aws_lambda_powertools"},
    "api.routes.staff": {"aws_lambda_powertools"},
    "api.schemas.base": {"pydantic"},
    "api.schemas.case_actions": {"pydantic"},
    "api.schemas.case_file": {"pydantic"},
    "api.schemas.cases": {"pydantic"},
    "api.schemas.corrections": {"pydantic"},
    "api.schemas.health": {"pydantic"},
    "api.schemas.incidents": {"pydantic"},
    "api.schemas.mentions": {"pydantic"},
    "api.schemas.reports": {"pydantic"},
    "api.schemas.silences": {"pydantic"},
    "api.schemas.staff": {"pydantic"},
}
