"""Mastodon: its statuses, and its API, which other servers of the Fediverse speak as well."""
