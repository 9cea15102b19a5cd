"""What each topic and query shows of a state, for whom. Pure: a state in, records out."""
