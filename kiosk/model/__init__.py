"""What the kiosk does and shows, as plain values: no window, no link, no printer, no clock of its own."""
