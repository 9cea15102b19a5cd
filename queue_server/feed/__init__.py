"""The websocket hub: snapshots, frames, resume. `hub`, `group` and `receipt` decide and are pure, `socket` does the sockets."""
