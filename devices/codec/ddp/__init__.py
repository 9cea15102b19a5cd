"""DDP, the Distributed Display Protocol: pixels for lamp controllers that know no characters."""
