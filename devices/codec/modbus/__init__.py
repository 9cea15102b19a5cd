"""Modbus RTU, as much of it as number displays need."""
