"""The ticket kiosk: a touch screen that takes, prints and remembers tickets, also while the server is away."""
