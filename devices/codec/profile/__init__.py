"""Device profiles as TOML, and the shape that they may have."""
