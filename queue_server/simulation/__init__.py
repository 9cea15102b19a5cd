"""A hall in drawn time: citizens, clerks and days drawn from a seed. Pure: chance and clock are arguments."""
