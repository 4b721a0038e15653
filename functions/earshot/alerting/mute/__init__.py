"""What keeps a due alert from being sent: silences that staff set, quiet hours, and incidents that alert instead."""
