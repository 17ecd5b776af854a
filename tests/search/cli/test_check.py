"""Tests of `wherein check`."""

from pathlib import Path
from shutil import copytree

from tests.search.cli.conftest import Command


def test_a_damaged_file_is_named(instance: Path, seed_instance: Path, command: Command) -> None:
    copytree(seed_instance, instance)
    code, out, _ = command("check")
    assert code == 0
    assert "is complete and undamaged" in out
    assert "5 documents" in out
    (file,) = instance.glob("snapshots/*/vectors/stored.faiss")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    code, _, err = command("check")
    assert code == 1
    assert f"{file} is damaged" in err
