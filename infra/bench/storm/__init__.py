"""A storm of cases on a table that answers as slowly as DynamoDB does: ``python -m infra.bench.storm``."""
