"""Setting a stack up: what a person is asked, the SAM CLI, the secret of X, the first account, the test alerts."""
