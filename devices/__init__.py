"""Counter and hall peripherals: keypads, callers, LED bars and printers."""
