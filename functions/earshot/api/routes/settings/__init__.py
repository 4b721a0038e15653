"""The routes of the settings page: texts, what they would do, the log of changes, accounts, and the calendar."""
