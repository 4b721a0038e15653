"""The settings that staff change, as requests and responses have them."""
