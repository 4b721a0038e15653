"""The terms and the policy of a deployed stack: texts that its functions read from a table."""
