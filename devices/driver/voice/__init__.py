"""A voice: words as they are said, the synthesiser that makes sound of them, and the output that plays it."""
