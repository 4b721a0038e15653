"""What is logged and counted: the logger and metrics of Powertools, and what each function reports of its work."""
