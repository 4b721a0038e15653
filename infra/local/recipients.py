"""The recipients of alerts in the embedded cloud: one person on each rung, at reserved addresses."""

# Telephone numbers 555-0100 to 555-0199 and the domain example.com are reserved for examples.
RECIPIENTS = {
    "OnCallEmail": "on.call@example.com",
    "OnCallPhone": "+12025550101",
    "LeadEmail": "lead@example.com",
    "LeadPhone": "+12025550102",
    "ExecutiveEmail": "executive@example.com",
    "ExecutivePhone": "+12025550103",
    "OperatorEmail": "operator@example.com",
}
