"""Which files does a folder have?"""

from dataclasses import dataclass
from pathlib import Path

from wherein.index.documents.folder import Found, Skipped, walk


@dataclass(frozen=True, slots=True)
class Scan:
    """The files below a folder.

    Attributes:
        folder: The folder.
        files: The files to index, in the order of their names.
        skipped: The files that are not indexed.
    """

    folder: Path
    files: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


def scan_folder(folder: Path, instance: Path) -> Scan:
    """List the files below a folder without opening them.

    Args:
        folder: The folder of documents.
        instance: The instance folder, which is skipped if it lies below the folder.

    Returns:
        The files.
    """
    found = list(walk(folder, instance))
    return Scan(
        folder,
        tuple(file for file in found if isinstance(file, Found)),
        tuple(file for file in found if isinstance(file, Skipped)),
    )
