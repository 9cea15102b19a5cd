"""Options that many commands of `jiaohao-server` take."""

from pathlib import Path

import click

with_data = click.option(
    "--data",
    type=click.Path(readable=False, path_type=Path),
    metavar="DIR",
    help="数据目录 Data folder (JIAOHAO_DATA, default: data).",
)
with_listen = click.option(
    "--listen",
    metavar="HOST:PORT",
    help="监听地址 Where to listen (JIAOHAO_LISTEN, default: 127.0.0.1:8080).",
)
