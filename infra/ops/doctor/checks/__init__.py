"""The judgements: from facts about the account, the region and the stack to findings. Nothing here asks AWS."""
