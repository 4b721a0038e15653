"""The sweep: whether what is stored is still at its source, asked network by network."""
