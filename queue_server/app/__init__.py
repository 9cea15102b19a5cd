"""Where the server is joined: configuration, composition, worker processes, command line."""
