"""Facebook: posts and comments on a brand's page, and the Graph API."""
