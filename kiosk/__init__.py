"""The ticket kiosk: a touch screen that takes and prints tickets, also while the server is away."""
