"""The subcommands of ``earshot``."""
