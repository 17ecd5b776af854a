"""A small published snapshot."""

from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.snapshot.store import Store


@pytest.fixture
def folder(make_folder: FolderMaker, build_index: IndexBuilder, instance: Path) -> Path:
    """The folder of a small snapshot that has been published."""
    make_folder(
        {"a.txt": "It will rain in Harbin today. Tea is hot.", "b.txt": "Trade with China."}
    )
    build_index()
    return Store(instance).current_folder()
