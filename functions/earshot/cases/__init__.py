"""What is owed: one case for each conversation, its clock and its log."""
