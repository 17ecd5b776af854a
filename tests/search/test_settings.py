"""Settings: flags, then the environment, then the defaults."""

import os
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tests.conftest import ROOT
from wherein.index.encoding.cores import cores
from wherein.search.settings import Settings, SettingsError


def test_without_flags_or_environment_the_defaults_hold() -> None:
    assert Settings.read({}, {}) == Settings(
        documents=None,
        instance=Path("instance"),
        model=None,
        device="auto",
        host="127.0.0.1",
        port=8000,
        eval=None,
    )


def test_a_flag_goes_before_the_environment_and_that_before_the_default() -> None:
    environment = {"WHEREIN_PORT": "9000", "WHEREIN_DOCUMENTS": "reports", "WHEREIN_HOST": "::1"}
    settings = Settings.read(environment, {"port": "9001", "documents": None})
    assert (settings.port, settings.documents, settings.host) == (9001, Path("reports"), "::1")


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.read({"WHEREIN_MODEL": "", "WHEREIN_PORT": ""}, {}) == Settings()


def test_two_processes_serve_where_there_are_two_cores_on_linux() -> None:
    assert Settings().processes == (min(2, cores()) if sys.platform == "linux" else 1)
    if hasattr(os, "fork"):
        assert Settings.read({"WHEREIN_PROCESSES": "3"}, {}).processes == 3


@pytest.mark.parametrize("processes", ["two", "0", "-1", "65", "2.0", "٢"])
def test_a_number_of_processes_that_is_none_is_refused_with_what_it_takes(processes: str) -> None:
    with pytest.raises(
        SettingsError, match=r"The number of processes is .* it takes one from 1 to"
    ):
        Settings.read({"WHEREIN_PROCESSES": processes}, {})


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000.0", "٨"])
def test_a_port_that_is_none_is_refused_with_what_it_takes(port: str) -> None:
    with pytest.raises(SettingsError, match=r"The port is .* it takes a number from 0 to 65535"):
        Settings.read({"WHEREIN_PORT": port}, {})


def test_a_device_that_is_none_is_refused_with_those_that_are() -> None:
    assert Settings.read({"WHEREIN_DEVICE": "cpu"}, {"device": "cuda"}).device == "cuda"
    with pytest.raises(SettingsError, match=r"The device is 'gpu'; it takes auto, cpu or cuda\."):
        Settings.read({"WHEREIN_DEVICE": "gpu"}, {})


def test_the_readme_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"WHEREIN_[A-Z]+", (ROOT / "README.md").read_text(encoding="utf-8")))
    of_the_tests = {"WHEREIN_SAMPLES"}
    assert named - of_the_tests == {f"WHEREIN_{f.name.upper()}" for f in fields(Settings)}
