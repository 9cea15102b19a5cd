"""A hall's own certificate authority and the server's certificate, for halls without a name that a public authority would sign.

`cryptography` makes them: the library that most of Python's TLS tools rely on, well kept, and in need of no program beside it.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from re import compile as pattern
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from queue_server.app.fault import CannotStart
from queue_server.wire.day import local
from queue_server.wire.ticket import Text

FOLDER = "tls"
CA, CA_KEY, SERVER, SERVER_KEY = "hall-ca.pem", "hall-ca.key", "server.pem", "server.key"
CA_LIFE = timedelta(days=3650)
LIFE = timedelta(days=825)
"""The longest that Apple's devices accept of a private authority; others accept longer."""
SOON = timedelta(days=30)
"""So long before its end a certificate is warned about."""
YESTERDAY = timedelta(days=1)
"""Certificates count from then: clocks of a hall's devices may be behind."""
_NAME = pattern(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\Z"
)


@dataclass(frozen=True)
class Made:
    """What was made: the files, the names that the certificate holds for, and whether the authority is new."""

    ca: Path
    certificate: Path
    key: Path
    hosts: tuple[str, ...]
    until: datetime
    new_ca: bool


def make(data: Path, hosts: Sequence[str], now: datetime, *, renew: bool = False) -> Made:
    """A server's certificate for host names and addresses, by the hall's authority, which is made once and stays.

    With `renew` the certificate that is there is replaced, for the same hosts where none are given. Raises CannotStart.
    """
    folder = data / FOLDER
    server, server_key = folder / SERVER, folder / SERVER_KEY
    if (server.exists() or server_key.exists()) and not renew:
        raise CannotStart(
            f"{server}已经存在，没有更改。要换新的请加--renew。",
            f"{server} is there already and was not changed: add --renew to replace it.",
        )
    names = [_name(host) for host in hosts or _hosts(server)]
    if not names:
        raise CannotStart(
            "请写明服务器的主机名或IP地址，例如：jiaohao-server cert hall.lan 192.168.1.10",
            "Say the server's host names or addresses, for example: jiaohao-server cert hall.lan 192.168.1.10",
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    new_ca = not (folder / CA_KEY).exists()
    ca, ca_key = _new_ca(folder, now) if new_ca else _old_ca(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    until = min(now - YESTERDAY + LIFE, ca.not_valid_after_utc)
    if until <= now:
        raise CannotStart(
            f"{folder / CA}已到期。请把它和{CA_KEY}移走后重新生成，各机器须信任新的根证书。",
            f"{folder / CA} has ended. Move it and {CA_KEY} away and make new ones; every machine has to trust the new one.",
        )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0].value)[:64])])
    usage = _usage(digital_signature=True)
    certificate = (
        _builder(subject, ca.subject, key.public_key(), now - YESTERDAY, until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    _write(server_key, _private(key), 0o600)
    _write(server, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return Made(folder / CA, server, server_key, tuple(str(name.value) for name in names), until, new_ca)


def expires_at(path: Path) -> datetime:
    """When the first certificate in a PEM file ends. Raises CannotStart if there is none."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise CannotStart(
            f"{path}不是PEM证书：{error}", f"{path} is not a PEM certificate: {error}"
        ) from error


def warnings(paths: Iterable[Path], now: datetime) -> Iterator[Text]:
    """What to say of certificates that have ended or soon will."""
    for path in paths:
        end = expires_at(path)
        if end - now > SOON:
            continue
        day, days = local(end).date().isoformat(), (end - now).days
        zh = f"将于{day}到期，还有{days}天" if end > now else f"已于{day}到期，浏览器和设备将拒绝连接"
        en = (
            f"ends on {day}, in {days} days"
            if end > now
            else f"ended on {day}: browsers and devices refuse it"
        )
        yield Text(
            f"注意：证书{path}{zh}。请更换；用jiaohao-server cert生成的请执行jiaohao-server cert --renew并重启。",
            f"Note: the certificate {path} {en}. Replace it; if jiaohao-server cert made it: "
            "jiaohao-server cert --renew, then restart.",
        )


def _new_ca(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if (folder / CA).exists():
        raise CannotStart(
            f"{folder / CA}的私钥{CA_KEY}不在。请放回，或把{CA}移走后重新生成。",
            f"{CA_KEY}, the key of {folder / CA}, is missing: put it back, or move {CA} away and make new ones.",
        )
    key = ec.generate_private_key(ec.SECP256R1())
    # a name of its own each time, so that a machine that trusts an older one is not confused
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"叫号大厅根证书 Jiaohao Hall CA {token_hex(3)}")]
    )
    usage = _usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _builder(name, name, key.public_key(), now - YESTERDAY, now + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / CA_KEY, _private(key), 0o600)
    _write(folder / CA, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, key


def _old_ca(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate((folder / CA).read_bytes())
        key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(
            f"{folder}中的根证书无法读取：{error}", f"The authority in {folder} cannot be read: {error}"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CannotStart(
            f"{folder}中的{CA}和{CA_KEY}不是一对。", f"{CA} and {CA_KEY} in {folder} do not belong together."
        )
    return certificate, key


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _hosts(path: Path) -> list[str]:
    """The hosts that the certificate in a file holds for; none where there is no file."""
    if not path.exists():
        return []
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise CannotStart(
            f"{path}无法读取（{error}），请写明主机名。",
            f"{path} cannot be read ({error}): say the host names.",
        ) from error
    return [str(name.value) for name in names]


def _name(host: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    if not _NAME.match(host):
        raise CannotStart(
            f"“{host}”不是主机名或IP地址，不要写http://和端口。",
            f"“{host}” is no host name or address; write it without http:// and port.",
        )
    return x509.DNSName(host.lower())


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Put a file there as a whole, from its first moment for nobody else to read if `mode` says so."""
    fresh = path.with_name(f".{path.name}.{token_hex(4)}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(file, "wb") as open_file:
            open_file.write(content)
            open_file.flush()
            os.fsync(open_file.fileno())
        fresh.chmod(mode)  # whatever the umask took away
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def advice(made: Made, data: Path, port: int) -> str:
    """What to do with what was made, in both languages."""
    host = made.hosts[0]
    shown = f"[{host}]" if ":" in host else host
    certificate, key = made.certificate.relative_to(data), made.key.relative_to(data)
    return f"""\
1. 写入 {data / "server.toml"}，然后重启服务器。 Put this into it, then restart the server:

    [tls]
    certificate = "{certificate}"
    key = "{key}"

2. 把根证书 {made.ca} 用U盘拷到每台机器并信任它（只拷这一个，绝不拷.key）。以后更换服务器证书不用再做。
   Carry the authority's certificate to every machine by hand, and trust it there (this one file, never a .key). Once is enough.

   Windows（管理员 as administrator）:  certutil -addstore -f Root {CA}
   Debian:   sudo apt-get install -y libnss3-tools
             sudo cp {CA} /usr/local/share/ca-certificates/hall-ca.crt && sudo update-ca-certificates
             mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n hall-ca -i {CA}
             （后一行给Chromium，由使用浏览器的用户执行 the last line is for Chromium, by the user who browses）
   Android:  设置→安全→加密与凭据→安装证书→CA证书
             Settings → Security → Encryption & credentials → Install a certificate → CA certificate
   kiosk.toml, devices.toml（放在同一目录 beside them）:
             server = "https://{shown}:{port}"          # 服务器监听的端口 where the server listens
             ca = "{CA}"

3. {made.ca.with_name(CA_KEY)} 能签出大厅各机器都信任的证书。请拷到保险柜里的U盘后从服务器删除，更换证书时再放回。
   It can sign what every machine of the hall trusts: keep it on a stick in a safe, not on the server; put it back to renew."""
