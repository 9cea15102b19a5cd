"""Staff from a file while somebody else is at work: what they did stays, and what was not done is said."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from queue_server.app import people as accounts
from queue_server.app import staff, version
from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings
from queue_server.auth.account import Imported
from queue_server.store.account import People
from tests.fakes.document import document, rearranged


class _Cut(Exception):
    """The program ends here."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A hall whose first version was published, and two administrators."""
    settings = Settings(tmp_path / "data")
    version.publish(settings, document(), "first")
    people = accounts.opened(settings)
    for name in ("one", "two"):
        accounts.add_account(people, name, "admin", name, None)
    return settings


def meanwhile(monkeypatch: pytest.MonkeyPatch, before: Callable[[], object]) -> None:
    """Somebody does something between the reading of a file and its publishing."""

    def publish(settings: Settings, made: Mapping[str, Any], note: str, base: int | None = None) -> int:
        before()
        return version.publish(settings, made, note, base)

    monkeypatch.setattr(staff, "publish", publish)


def test_what_somebody_published_meanwhile_is_not_overwritten(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("zhang,clerk,张敏,,filing\n", "utf-8")
    meanwhile(monkeypatch, lambda: version.publish(settings, rearranged(), "theirs"))
    with pytest.raises(CannotStart, match="Not published"):
        staff.imported(settings, file)
    runs = version.newest(settings)
    assert runs is not None
    assert runs.note == "theirs"
    assert accounts.opened(settings).account("zhang") is None


def test_a_file_whose_import_was_cut_between_hall_and_accounts_is_imported_again_as_if_it_had_not_been(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hall and accounts are two transactions, the hall first: each whole, and what is there already is not done twice."""
    file = tmp_path / "staff.csv"
    file.write_text("zhang,clerk,张敏,,filing\none,clerk,一\n", "utf-8")
    with monkeypatch.context() as cut:
        cut.setattr(People, "put", lambda *_, **__: (_ for _ in ()).throw(_Cut))
        with pytest.raises(_Cut):
            staff.imported(settings, file)
    runs = version.newest(settings)
    assert runs is not None
    assert (runs.n, runs.content["staff"]) == (3, [{"id": "zhang", "skills": ["filing"]}])
    assert accounts.opened(settings).account("zhang") is None
    done = staff.imported(settings, file)
    assert ([new.name for new in done.added], done.changed, done.version) == (["zhang"], ["one"], None)
    people = accounts.opened(settings)
    assert [(each.name, each.role) for each in people.accounts()] == [
        ("one", "clerk"),
        ("two", "admin"),
        ("zhang", "clerk"),
    ]
    assert version.newest(settings) == runs, "and no version more"
    assert staff.imported(settings, file) == Imported()


def test_accounts_that_cannot_be_changed_any_more_are_told_with_the_version_that_is_published(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("one,clerk,一,,filing\n", "utf-8")
    meanwhile(monkeypatch, lambda: accounts.changed(accounts.opened(settings)).remove("two"))
    with pytest.raises(
        CannotStart, match=r"(?s)Version \d of the hall is published, but no account.*line 1: "
    ) as told:
        staff.imported(settings, file)
    assert "须保留至少一个可登录的管理员" in str(told.value)
