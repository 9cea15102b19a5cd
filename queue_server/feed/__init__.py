"""The websocket hub: snapshots, frames, resume. `hub`, `group`, `receipt`, `voice` and `election` decide and are pure, `socket` and
`turn` do the sockets and the time.
"""
