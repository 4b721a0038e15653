"""From measured usage to dollars."""
