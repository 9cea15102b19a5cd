"""server.toml: every fault at once with its place, flags and variables before it, the sample as good as none."""

import re
import tomllib
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import msgspec
import pytest

from queue_server.app.fault import CannotStart
from queue_server.app.server import SAMPLE, ServerDocument, load
from queue_server.app.setting import Settings
from queue_server.app.summary import phones
from queue_server.auth.limit import Limits


def written(folder: Path, text: str) -> Settings:
    (folder / "server.toml").write_text(text, encoding="utf-8")
    return Settings.read({}, data=folder)


def refused(folder: Path, text: str) -> CannotStart:
    with pytest.raises(CannotStart) as fault:
        written(folder, text)
    assert fault.value.text.zh
    return fault.value


def test_without_a_file_everything_is_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "server.toml") == ServerDocument()
    settings = Settings.read({}, data=tmp_path)
    assert (settings.host, settings.port, settings.tls, settings.public_url) == (
        "127.0.0.1",
        8080,
        None,
        None,
    )
    assert settings.limits == Limits()
    assert settings.limits.enabled


def test_a_file_sets_what_neither_flag_nor_variable_does(tmp_path: Path) -> None:
    settings = written(
        tmp_path,
        """
        listen = "0.0.0.0:8443"
        public_url = "https://hall.example.gov.cn/"
        idle_min = 60
        proxies = ["127.0.0.1", "10.0.0.0/24"]
        [tls]
        certificate = "tls/server.pem"
        key = "/etc/hall.key"
        [limits]
        requests_per_s = 7
        enabled = false
        """,
    )
    assert (settings.host, settings.port, settings.idle) == ("0.0.0.0", 8443, timedelta(minutes=60))
    assert settings.public_url == "https://hall.example.gov.cn"
    assert settings.proxies == (ip_network("127.0.0.1"), ip_network("10.0.0.0/24"))
    assert settings.tls is not None
    assert settings.tls.certificate == tmp_path / "tls" / "server.pem"
    assert settings.tls.key == Path("/etc/hall.key")
    assert settings.limits == Limits(requests_per_s=7, enabled=False)
    variables = {"JIAOHAO_LISTEN": "127.0.0.1:1", "JIAOHAO_IDLE": "30", "JIAOHAO_LIMITS": "on"}
    before = Settings.read(variables, data=tmp_path)
    assert (before.port, before.idle, before.limits.enabled) == (1, timedelta(minutes=30), True)
    assert Settings.read(variables, data=tmp_path, listen="127.0.0.1:2").port == 2


def test_every_fault_is_told_at_once_with_its_place_and_the_nearest_key(tmp_path: Path) -> None:
    fault = refused(
        tmp_path,
        """
        listn = "0.0.0.0:8080"
        idle_min = 1
        public_url = "http://hall"
        proxies = ["proxy", 5]
        [tls]
        certificate = "a.pem"
        [limits]
        enabled = "yes"
        head_s = 0
        request_per_s = 1
        """,
    )
    lines = fault.text.en.splitlines()[1:]
    places = {line.strip().split(":")[0] for line in lines}
    assert places == {
        "listn",
        "idle_min",
        "public_url",
        "proxies[0]",
        "proxies[1]",
        "tls.key",
        "limits.enabled",
        "limits.head_s",
        "limits.request_per_s",
    }
    assert "“listen”" in fault.text.en
    assert "“requests_per_s”" in fault.text.zh


@pytest.mark.parametrize(
    "url",
    [
        "http://hall.example",
        "https://",
        "hall.example",
        "https://a@hall.example",
        "https://hall.example/?q=1",
        "https://hall.example/hall",
        "https://hall.example/#top",
        "https://hall.example:port",
        "https://hall .example",
        "",
    ],
)
def test_a_public_address_is_https_and_nothing_else(tmp_path: Path, url: str) -> None:
    assert "public_url" in refused(tmp_path, f'public_url = "{url}"').text.en


def test_check_says_where_phones_find_their_tickets_and_what_else_that_takes(tmp_path: Path) -> None:
    [none] = phones(written(tmp_path, ""))
    assert "没有public_url" in none
    url = 'public_url = "https://hall.example.gov.cn"'
    alone = list(phones(written(tmp_path, url)))
    assert "https://hall.example.gov.cn/t/" in alone[0]
    assert "no phone can open it" in alone[-1]
    behind = list(phones(written(tmp_path, f'{url}\nproxies = ["127.0.0.1"]')))
    assert behind == alone[:-1]


@pytest.mark.parametrize(
    "text", ["listen = ", 'limits = "off"', "tls = []", 'listen = "8080"', "enabled = true"]
)
def test_what_is_not_meant_so_is_refused(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text)


def test_a_file_of_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_bytes("# 设置\n".encode("gb18030"))
    with pytest.raises(CannotStart, match="UTF-8"):
        Settings.read({}, data=tmp_path)


def test_the_sample_changes_nothing_and_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {}
    lines = [line[2:] for line in text.splitlines() if re.match(r"# (\[\w+\]$|\w+ = )", line)]
    shown = tomllib.loads("\n".join(lines))
    assert shown.keys() == {field.name for field in msgspec.structs.fields(ServerDocument)}
    assert shown["limits"] == msgspec.to_builtins(Limits())
    assert (shown["listen"], shown["idle_min"]) == ("127.0.0.1:8080", 180)
    assert written(tmp_path, "\n".join(lines)).public_url == shown["public_url"]


def test_every_number_has_its_range(tmp_path: Path) -> None:
    numbers = {
        "idle_min": 180,
        "once_days": 7,
        **{f"limits.{name}": value for name, value in msgspec.to_builtins(Limits()).items()},
    }
    del numbers["limits.enabled"]
    for place in numbers:
        table, _, name = place.rpartition(".")
        for value in (0, 100_000_000):
            text = f"[{table}]\n{name} = {value}" if table else f"{name} = {value}"
            assert f"{place}: It must be from " in refused(tmp_path, text).text.en
