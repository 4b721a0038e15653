"""Stand-ins for the networks beside X: they speak their protocols, with the faults that these have."""
