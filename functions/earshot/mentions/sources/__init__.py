"""Where mentions come from: one package for each network."""
