"""How AWS is spoken to: the form of items in DynamoDB."""
