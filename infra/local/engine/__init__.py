"""The embedded cloud: MiniStack, and deploying the template into it."""
