"""The TV board: one page of plain script for browsers as old as Chrome 66, fed by the server's websocket alone.

The files beside this one are the whole program; a server hands them out at `/board/<display>` and `/static/board/`.
"""
