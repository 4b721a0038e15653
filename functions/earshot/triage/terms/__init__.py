"""A brand's own terms: products, competitors, VIPs, and what is always or never urgent."""
