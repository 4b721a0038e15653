"""Commands about what a stack hears, and what that costs."""
