"""Tests of the settings: flags before the environment before the defaults, and the docs' table."""

import os
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tests.conftest import ROOT
from wherein.index.encoding.cores import cores
from wherein.search.settings import (
    SETTINGS,
    ServerSettings,
    Settings,
    SettingsError,
    settings_table,
)


def test_without_flags_or_environment_the_defaults_are_used() -> None:
    assert Settings.read({}, {}) == Settings(
        documents=None,
        instance=Path("instance"),
        model=None,
        device="auto",
        eval=None,
        server=ServerSettings(host="127.0.0.1", port=8000),
    )


def test_a_flag_goes_before_the_environment_and_that_before_the_default() -> None:
    environment = {"WHEREIN_PORT": "9000", "WHEREIN_DOCUMENTS": "reports", "WHEREIN_HOST": "::1"}
    settings = Settings.read(environment, {"port": "9001", "documents": None})
    assert settings.documents == Path("reports")
    assert (settings.server.port, settings.server.host) == (9001, "::1")


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.read({"WHEREIN_MODEL": "", "WHEREIN_PORT": ""}, {}) == Settings()


def test_two_processes_serve_on_linux_with_two_cores() -> None:
    default = Settings().server.processes
    assert default == (min(2, cores()) if sys.platform == "linux" else 1)
    if hasattr(os, "fork"):
        assert Settings.read({"WHEREIN_PROCESSES": "3"}, {}).server.processes == 3


@pytest.mark.parametrize("processes", ["two", "0", "-1", "65", "2.0", "٢"])
def test_a_bad_number_of_processes_is_refused_with_the_valid_ones(processes: str) -> None:
    with pytest.raises(SettingsError, match=r"number of processes .* not valid\. Use a number fro"):
        Settings.read({"WHEREIN_PROCESSES": processes}, {})


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000.0", "٨"])
def test_a_bad_port_is_refused_with_the_valid_ones(port: str) -> None:
    with pytest.raises(SettingsError, match=r"The port .* not valid\. Use a number from 0 to 655"):
        Settings.read({"WHEREIN_PORT": port}, {})


def test_an_unknown_device_is_refused_with_the_known_ones() -> None:
    assert Settings.read({"WHEREIN_DEVICE": "cpu"}, {"device": "cuda"}).device == "cuda"
    with pytest.raises(SettingsError, match=r"The device 'gpu' is unknown\. Use auto, cpu or cuda"):
        Settings.read({"WHEREIN_DEVICE": "gpu"}, {})


def test_the_table_has_a_row_for_each_setting() -> None:
    names = [field.name for field in (*fields(Settings), *fields(ServerSettings))]
    assert sorted(setting.name for setting in SETTINGS) == sorted(set(names) - {"server"})


def test_the_documentation_has_the_table_of_settings() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    assert any(settings_table() in text for text in texts.values()), settings_table()
    # No page names a setting that does not exist.
    for_developers = {"WHEREIN_SAMPLES", "WHEREIN_SCREENSHOTS"}
    known = {setting.variable for setting in SETTINGS} | for_developers
    for page, text in texts.items():
        assert set(re.findall(r"WHEREIN_[A-Z]+", text)) <= known, page
