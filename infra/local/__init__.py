"""The embedded cloud: stand-ins on loopback for AWS, Comprehend and X."""
