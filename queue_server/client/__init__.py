"""The one reconnecting link to the hall's server: commands out, feed in. `session` decides and is pure,
`link` does the sockets.
"""
