"""What programs say where the project was installed without their extra: in an environment that really has no such library."""

import subprocess
import sysconfig
import tomllib
import venv
from pathlib import Path

import msgspec
import pytest
import websockets

from queue_server.client.start import begin

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    "jiaohao-server": "server",
    "jiaohao-kiosk": "kiosk",
    "jiaohao-devices": "devices",
    "jiaohao-display": "displays",
}
BASE = {"msgspec": msgspec, "websockets": websockets}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the project and what every program needs: what `pip install .` gives."""
    assert {each.partition(">")[0] for each in PROJECT["dependencies"]} == set(BASE)
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=True, with_pip=False)
    site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder)}))
    for name, library in BASE.items():
        (site / name).symlink_to(Path(library.__file__ or "").parent)
    (site / "jiaohao.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    return folder / "bin" / "python"


@pytest.mark.parametrize("program", sorted(PROJECT["scripts"]))
def test_a_program_without_its_libraries_says_in_two_lines_what_to_install(
    python: Path, program: str
) -> None:
    module, _, function = PROJECT["scripts"][program].partition(":")
    script = f"import sys; from {module} import {function}; sys.exit({function}())"
    done = subprocess.run([python, "-I", "-c", script, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    chinese, english = done.stderr.splitlines()
    install = f'pip install ".[{EXTRAS[program]}]"'
    assert EXTRAS[program] in PROJECT["optional-dependencies"]
    assert chinese.startswith(f"{program}没有装全，缺少")
    assert english.startswith(f"{program} is not installed whole, ")
    assert install in chinese
    assert install in english


def test_a_module_of_ours_that_is_missing_is_no_matter_of_installing() -> None:
    with pytest.raises(ModuleNotFoundError):
        begin("jiaohao-kiosk", "kiosk.app.nothing", "kiosk")
