"""Pure codecs: bytes to facts and orders to bytes, without any input, output or clock."""
