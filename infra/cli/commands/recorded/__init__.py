"""Commands for recorded posts: files on this machine, without a deployed stack."""
