"""The hall's authority and the server's certificate: made once, renewed on demand, watched as they grow old."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from queue_server.app.cert import CA, CA_KEY, LIFE, advice, expires_at, make, warnings
from queue_server.app.fault import CannotStart
from queue_server.app.setting import Tls
from queue_server.app.tls import serving, trusting

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_certificate_holds_for_the_names_given_and_is_signed_by_the_halls_authority(tmp_path: Path) -> None:
    made = make(tmp_path, ["Hall.lan", "192.168.1.10", "::1"], NOW)
    assert made.new_ca
    assert made.hosts == ("hall.lan", "192.168.1.10", "::1")
    ours, authority = certificate(made.certificate), certificate(made.ca)
    ours.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    names = ours.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hall.lan"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("192.168.1.10"), ip_address("::1")]
    assert not ours.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert ours.not_valid_after_utc - ours.not_valid_before_utc <= LIFE
    assert made.until == expires_at(made.certificate)


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    made = make(tmp_path, ["hall"], NOW)
    for key in (made.key, tmp_path / "tls" / CA_KEY):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "tls").iterdir()) == sorted(
        ["hall-ca.pem", "hall-ca.key", "server.pem", "server.key"]
    )


def test_nothing_is_overwritten_unless_told_and_the_authority_stays(tmp_path: Path) -> None:
    first = make(tmp_path, ["hall", "10.0.0.1"], NOW)
    before = {path: path.read_bytes() for path in (tmp_path / "tls").iterdir()}
    with pytest.raises(CannotStart, match="--renew"):
        make(tmp_path, ["other"], NOW)
    assert {path: path.read_bytes() for path in (tmp_path / "tls").iterdir()} == before
    second = make(tmp_path, [], NOW + timedelta(days=800), renew=True)
    assert (second.hosts, second.new_ca) == (("hall", "10.0.0.1"), False)
    assert second.ca.read_bytes() == before[first.ca]
    assert second.certificate.read_bytes() != before[first.certificate]
    assert second.until > first.until
    assert make(tmp_path, ["other"], NOW, renew=True).hosts == ("other",)


def test_a_certificate_never_outlives_the_authority_that_signs_it(tmp_path: Path) -> None:
    made = make(tmp_path, ["hall"], NOW)
    end = expires_at(made.ca)
    assert make(tmp_path, [], end - timedelta(days=5), renew=True).until == end
    with pytest.raises(CannotStart, match="ended"):
        make(tmp_path, [], end, renew=True)


@pytest.mark.parametrize(
    "host", ["http://hall", "hall:8443", "大厅", "", "a b", "-hall", "*.hall", "hall.\n"]
)
def test_what_is_no_host_is_refused_and_nothing_is_made(tmp_path: Path, host: str) -> None:
    with pytest.raises(CannotStart):
        make(tmp_path, [host], NOW)
    assert list(tmp_path.iterdir()) == []


def test_without_a_host_there_is_nothing_to_make(tmp_path: Path) -> None:
    for renew in (False, True):
        with pytest.raises(CannotStart, match="host names"):
            make(tmp_path, [], NOW, renew=renew)


def test_an_authority_without_its_own_key_signs_nothing(tmp_path: Path) -> None:
    make(tmp_path, ["hall"], NOW)
    key = tmp_path / "tls" / CA_KEY
    mine = key.read_bytes()
    key.unlink()
    with pytest.raises(CannotStart, match="missing"):
        make(tmp_path, [], NOW, renew=True)
    key.write_bytes(mine.replace(b"A", b"B"))
    with pytest.raises(CannotStart):
        make(tmp_path, [], NOW, renew=True)
    other = tmp_path / "other"
    other.mkdir()
    make(other, ["hall"], NOW)
    key.write_bytes((other / "tls" / CA_KEY).read_bytes())
    with pytest.raises(CannotStart, match="belong together"):
        make(tmp_path, [], NOW, renew=True)


def test_a_certificate_is_warned_about_thirty_days_before_its_end(tmp_path: Path) -> None:
    made = make(tmp_path, ["hall"], NOW)
    kept = (made.certificate, made.ca)
    assert list(warnings(kept, NOW)) == []
    assert list(warnings(kept, made.until - timedelta(days=30, seconds=1))) == []
    (soon,) = warnings(kept, made.until - timedelta(days=29, hours=1))
    assert "in 29 days" in soon.en
    assert "还有29天" in soon.zh
    (late,) = warnings(kept, made.until + timedelta(seconds=1))
    assert "ended on" in late.en
    assert "已于" in late.zh


def test_the_server_speaks_nothing_below_tls_1_2(tmp_path: Path) -> None:
    made = make(tmp_path, ["hall"], NOW)
    assert serving(Tls(made.certificate, made.key)).minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_certificate_that_cannot_be_served_says_why(tmp_path: Path) -> None:
    made = make(tmp_path, ["hall"], NOW)
    with pytest.raises(CannotStart, match="cannot be read"):
        serving(Tls(tmp_path / "gone.pem", made.key))
    with pytest.raises(CannotStart, match="not a PEM certificate and its key"):
        serving(Tls(made.certificate, tmp_path / "tls" / CA_KEY))
    locked = tmp_path / "locked.key"
    secret = serialization.BestAvailableEncryption(b"secret")
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    locked.write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(encoding, form, secret))
    with pytest.raises(CannotStart, match="without a password"):
        serving(Tls(made.certificate, locked))
    with pytest.raises(CannotStart, match="cannot be read"):
        trusting(Tls(tmp_path / "gone.pem", made.key))


def test_the_advice_names_what_to_write_and_how_each_kind_of_machine_comes_to_trust_it(
    tmp_path: Path,
) -> None:
    told = advice(make(tmp_path, ["hall"], NOW), tmp_path, 8080)
    for word in (
        "Windows",
        "Debian",
        "Android",
        "kiosk.toml",
        'ca = "hall-ca.pem"',
        'key = "tls/server.key"',
        'server = "https://hall:8080"',
        CA,
    ):
        assert word in told
