"""The errors of indexing, and of opening an index.

WhereinError
├── Unreadable            one file cannot be read; the other files are indexed
├── FolderError           the folder is missing, is a file, or contains no document
├── ModelError            a model is missing, damaged or of a kind that cannot be used
├── DeviceError           the GPU is missing or fails
└── SnapshotError
    ├── NoSnapshot        nothing has been indexed yet
    ├── DamagedSnapshot   a file of the snapshot is missing or damaged
    ├── ForeignSnapshot   another version of Wherein or another model made the snapshot
    └── Busy              another process is indexing
"""


class WhereinError(Exception):
    """An error whose message is for the user: what is wrong, where, and the remedy."""


class Unreadable(WhereinError):
    """A file cannot be read. The message is the reason, and reads well after the file's name."""


class FolderError(WhereinError):
    """The folder of documents cannot be indexed."""


class ModelError(WhereinError):
    """The model cannot be used."""


class DeviceError(WhereinError):
    """The GPU is required and missing, or it fails."""


class SnapshotError(WhereinError):
    """A snapshot cannot be written or opened."""


class NoSnapshot(SnapshotError):
    """Nothing has been indexed yet."""


class DamagedSnapshot(SnapshotError):
    """A file of the snapshot is missing, or does not match its checksum."""


class ForeignSnapshot(SnapshotError):
    """Another version of Wherein or another model made the snapshot."""


class Busy(SnapshotError):
    """Another process is indexing into the same folder."""
