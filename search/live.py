"""The searcher of a running server: always that of the newest snapshot that can be used."""

import logging
import threading
from pathlib import Path

from flask import current_app

from index.encoding import QuestionEncoder
from index.errors import ForeignSnapshot, NoSnapshot, SnapshotError, WhereinError
from index.models import LocalModel, find_model
from index.snapshot import REBUILD, Snapshot, Store, read_manifest
from search.searcher import Searcher

POLL_SECONDS = 0.5

EXTENSION = "wherein"

log = logging.getLogger(__name__)


class NotReady(WhereinError):
    """There is nothing to search yet. Its text says why, and what to do."""


class LiveSearcher:
    """Opens the current snapshot, and each new one as it is published, from a thread of its own.

    A snapshot that is damaged or foreign is refused: the one in use stays in use, and at the start
    the newest that can be used is taken. `searcher` may be called from any thread.
    """

    def __init__(self, store: Store, model: str | None) -> None:
        self._store = store
        self._model_name = model
        self._searcher: Searcher | None = None
        self._problem: Exception | None = None
        self._tried: str | None = None
        self._encoder: QuestionEncoder | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def start(self) -> None:
        """Begin to load, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking for new snapshots. Those who hold the searcher keep it."""
        self._stopped.set()
        self._thread.join()

    @property
    def problem(self) -> str | None:
        """Why the current snapshot is not the one in use, None where it is."""
        return str(self._problem) if self._problem else None

    def searcher(self) -> Searcher:
        """The searcher to answer one request with, from its start to its end. Raises NotReady."""
        searcher = self._searcher
        if searcher is None:
            raise NotReady(self.problem or "Wherein is loading its model. Try again in a moment.")
        return searcher

    def refresh(self) -> None:
        """Take up the current snapshot if it is not the one that was tried last."""
        current = None
        try:
            current = self._store.current_folder().name
            if current == self._tried:
                return
            self._open_newest(find_model(self._model_name))
        except NoSnapshot as error:
            self._problem = error
        except (OSError, WhereinError) as error:
            self._problem = error
            log.error("%s", error)  # noqa: TRY400
        self._tried = current

    def _open_newest(self, model: LocalModel) -> None:
        """Use the newest usable snapshot; remember what is wrong with those that are newer."""
        problem: WhereinError | None = None
        for snapshot_id in self._store.published():
            if self._searcher and snapshot_id == self._searcher.snapshot.manifest.id:
                break
            try:
                self._searcher = self._open(self._store.folder(snapshot_id), model)
                break
            except SnapshotError as error:
                problem = problem or error
        self._problem = problem
        if problem:
            log.error("%s", problem)

    def _open(self, folder: Path, model: LocalModel) -> Searcher:
        made_with = read_manifest(folder).model
        if made_with != model.name:
            raise ForeignSnapshot(
                f"The snapshot {folder} was made with the model {made_with}, and the model in use "
                f"is {model.name}. {REBUILD}"
            )
        snapshot = Snapshot.open(folder)
        if self._encoder is None:
            self._encoder = model.load()
        return Searcher(snapshot, self._encoder)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.refresh()
            self._stopped.wait(POLL_SECONDS)


def live_searcher() -> LiveSearcher:
    """The one of the application that answers this request."""
    live: LiveSearcher = current_app.extensions[EXTENSION]
    return live
