"""Messages between the programs of a hall: commands, errors, records of the feed. Pure: no I/O, no clock, no chance."""
