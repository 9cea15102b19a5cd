"""Drivers: one device each, made of a codec, a line, retries and health."""
