"""Serial lines, TCP and in-process ends: bytes only, with typed faults and time limits."""
