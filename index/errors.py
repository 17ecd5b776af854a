"""What can go wrong while indexing, or while opening what was indexed.

WhereinError
├── Unreadable            one file cannot be read; the others are indexed
├── FolderError           the folder is missing, is no folder, or holds no document
├── ModelError            a model is missing, damaged or of a kind that cannot be used
├── DeviceError           the GPU is missing, or fails
└── SnapshotError
    ├── NoSnapshot        nothing has been indexed yet
    ├── DamagedSnapshot   a file of the snapshot is missing or is not what was written
    ├── ForeignSnapshot   written by another version, or with another model
    └── Busy              another process is writing
"""


class WhereinError(Exception):
    """Its text is for the user: what is wrong, where, and what to do."""


class Unreadable(WhereinError):
    """Why one file is skipped, in words that fit after the file's name."""


class FolderError(WhereinError):
    """The folder of documents cannot be indexed."""


class ModelError(WhereinError):
    """The encoder's model cannot be used."""


class DeviceError(WhereinError):
    """The GPU is not there where it is asked for, or fails."""


class SnapshotError(WhereinError):
    """A snapshot cannot be written or opened."""


class NoSnapshot(SnapshotError):
    """Nothing has been indexed yet."""


class DamagedSnapshot(SnapshotError):
    """A file of the snapshot is missing or is not what was written."""


class ForeignSnapshot(SnapshotError):
    """The snapshot was written by another version, or with another model."""


class Busy(SnapshotError):
    """Another process is writing."""
