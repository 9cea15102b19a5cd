"""The program at the counter: joins keypads, callers and LED bars to the hall's server."""
