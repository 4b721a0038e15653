"""Commands for what a stack goes by and what changes without a deployment: brands, terms and policy."""
