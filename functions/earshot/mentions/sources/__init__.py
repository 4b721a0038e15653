"""The networks that mentions are fetched from, one package each."""
