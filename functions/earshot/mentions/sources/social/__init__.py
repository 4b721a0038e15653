"""What the social networks beside X have in common: accounts, their timelines, and calls of their APIs."""
