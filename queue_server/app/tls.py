"""The server's certificate: loaded to serve with, and trusted by this machine's own commands."""

import ssl

from queue_server.app.fault import CannotStart
from queue_server.app.setting import Tls
from queue_server.wire.fault import cause


def serving(tls: Tls) -> ssl.SSLContext:
    """What the server speaks TLS with: 1.2 and later, with the ciphers that Python thinks safe. Raises CannotStart."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in (tls.certificate, tls.key):
        try:
            path.read_bytes()
        except OSError as error:
            raise CannotStart(
                f"无法读取{path}（{cause(error)}），请检查server.toml的[tls]和文件权限。",
                f"{path} cannot be read ({error.strerror}): check [tls] in server.toml and the file's permissions.",
            ) from error
    try:
        # an empty password, so that a key with one is a fault and not a question on a terminal
        context.load_cert_chain(tls.certificate, tls.key, password="")
    except (ssl.SSLError, ValueError) as error:
        raise CannotStart(
            f"{tls.certificate}和{tls.key}不是一对没有密码的PEM证书和私钥：{error}",
            f"{tls.certificate} and {tls.key} are not a PEM certificate and its key without a password: {error}",
        ) from error
    return context


def trusting(tls: Tls | None) -> ssl.SSLContext | None:
    """What a command on the server's own machine asks the server with: exactly its certificate, whatever names stand in it."""
    if tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(tls.certificate)
    except (OSError, ssl.SSLError) as error:
        raise CannotStart(
            f"无法读取证书{tls.certificate}。", f"The certificate {tls.certificate} cannot be read."
        ) from error
    return context
