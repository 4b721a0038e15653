"""The deployed functions, invoked in this process on a clock that the caller holds."""
