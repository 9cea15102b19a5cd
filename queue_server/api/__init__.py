"""HTTP: every address is derived from the command registry or from one table of queries."""
