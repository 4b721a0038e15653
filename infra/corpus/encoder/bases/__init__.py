"""The published networks that ours start from, or learn from, as packages of PyPI carry them."""
