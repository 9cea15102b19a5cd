"""Whom a program trusts to be the hall's server: the machine's own authorities, or the hall's alone."""

import ssl
from pathlib import Path

from queue_server.client.setting import BadConfig
from queue_server.wire.fault import cause
from queue_server.wire.misfit import at
from queue_server.wire.ticket import Text


def trust(config: Path, ca: str | None) -> ssl.SSLContext | None:
    """What to speak TLS with for the setting `ca`, a PEM file beside the file `config`; None: trust as the machine does.

    With a hall's own authority nobody else's certificate is accepted. BadConfig if the file cannot be used.
    """
    if ca is None:
        return None
    place = config.parent / ca
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(place)
    except ssl.SSLError as fault:
        said = Text(
            f"{place}里没有PEM证书，请从服务器的数据目录复制tls/hall-ca.pem",
            f"{place} holds no PEM certificate; copy tls/hall-ca.pem from the server's data folder",
        )
        raise BadConfig(config, [at("ca", said)]) from fault
    except OSError as fault:
        said = Text(
            f"无法读取{place}（{cause(fault)}），请从服务器的数据目录复制tls/hall-ca.pem",
            f"{place} cannot be read ({fault.strerror}); copy tls/hall-ca.pem from the server's data folder",
        )
        raise BadConfig(config, [at("ca", said)]) from fault
    return context
