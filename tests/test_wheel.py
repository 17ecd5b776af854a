"""Tests of the wheel: which packages, data files and commands does it install?"""

import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT

_NOT_CODE = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel of the working tree, which is built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = _copy_of_sources(folder / "source")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    flags = ["--quiet", "--no-index", "--disable-pip-version-check", "--wheel-dir", str(folder)]
    done = subprocess.run(
        [*command, *flags, str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [file] = folder.glob("*.whl")
    return ZipFile(file)


def _copy_of_sources(folder: Path) -> Path:
    """Copy what the wheel is made of: a build writes into its folder."""
    folder.mkdir()
    ignored = shutil.ignore_patterns(*_NOT_CODE)
    for name in ("index", "search"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def _names(wheel: ZipFile) -> list[PurePosixPath]:
    return [PurePosixPath(name) for name in wheel.namelist() if not name.endswith("/")]


def test_only_wherein_is_installed_at_the_top_level(wheel: ZipFile) -> None:
    tops = {name.parts[0] for name in _names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"wherein"}


def test_every_package_is_installed(wheel: ZipFile) -> None:
    expected = {
        f"wherein.{'.'.join(file.parent.relative_to(ROOT).parts)}"
        for folder in ("index", "search")
        for file in (ROOT / folder).rglob("__init__.py")
    }
    installed = {".".join(n.parent.parts) for n in _names(wheel) if n.name == "__init__.py"}
    assert installed == expected


def test_every_file_of_a_package_is_installed(wheel: ZipFile) -> None:
    expected = {
        f"wherein/{file.relative_to(ROOT).as_posix()}"
        for folder in ("index", "search")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and not _NOT_CODE & set(file.parts)
    }
    assert {str(name) for name in _names(wheel) if name.parts[0] == "wherein"} == expected


def test_the_command_is_wherein(wheel: ZipFile) -> None:
    [entry_points] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert wheel.read(entry_points).decode().split("\n")[:2] == [
        "[console_scripts]",
        "wherein = wherein.search.cli.main:main",
    ]
