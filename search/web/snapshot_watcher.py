"""Keeps the searcher of a running server on the newest snapshot that can be used."""

import gc
import logging
import threading
import time
from pathlib import Path

from flask import current_app

from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_model import MODELS, load_question_encoder
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.errors import DamagedSnapshot, ForeignSnapshot, SnapshotError, WhereinError
from wherein.index.snapshot.manifest import REBUILD, read_manifest
from wherein.index.snapshot.run_report import Run, read_run
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.query.vector_cache import CachingEncoder
from wherein.search.ranking.calibration import find_calibration
from wherein.search.searcher import Searcher
from wherein.search.web.example_questions import examples

POLL_SECONDS = 0.5
RETRY_SECONDS = 10

EXTENSION = "wherein"

log = logging.getLogger(__name__)


class NotReady(WhereinError):
    """There is nothing to search yet. The message says why, and what to do."""


class SnapshotWatcher:
    """Opens the current snapshot, and each new snapshot when it is published.

    A background thread looks for new snapshots. It tries again some time after an error, because
    the cause may be gone: a folder was repaired, or the process had too many open files.

    A damaged or foreign snapshot is refused, and the snapshot in use stays in use. At the start,
    the newest usable snapshot is opened. `searcher` may be called from any thread.

    Args:
        store: The snapshots of the instance.
        model: The name or folder of the model. None is the bundled model.
        retry_seconds: How long to wait after an error until the next try.
    """

    def __init__(
        self, store: Store, model: str | None, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self._store = store
        self._retry_seconds = retry_seconds
        self._model_name = model
        self._searcher: Searcher | None = None
        self._examples: list[str] = []
        self._problem: Exception | None = None
        self._last_tried: str | None = None
        self._retry_at = 0.0
        self._encoder: QuestionEncoder | None = None
        self._ready = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def start(self) -> None:
        """Start the background thread, which loads the model and the snapshot."""
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Wait without a limit until there is a searcher."""
        self._ready.wait()

    def stop(self) -> None:
        """Stop the background thread. A request that holds the searcher can still use it."""
        self._stopped.set()
        self._thread.join()

    def run_of(self, snapshot_id: str) -> Run | None:
        """Return the run that made a snapshot, or None where it is unknown."""
        return read_run(self._store.instance, snapshot_id)

    @property
    def examples(self) -> list[str]:
        """Return example questions, which are chosen once for each snapshot when it is opened."""
        return self._examples

    @property
    def problem(self) -> str | None:
        """Return why the current snapshot is not in use, or None where it is in use."""
        return str(self._problem) if self._problem else None

    def searcher(self) -> Searcher:
        """Return the searcher that answers one request, from its start to its end.

        Returns:
            The searcher of the snapshot in use.

        Raises:
            NotReady: No snapshot has been opened yet.
        """
        searcher = self._searcher
        if searcher is None:
            raise NotReady(self.problem or "Wherein is loading its model. Try again in a moment.")
        return searcher

    def refresh(self) -> None:
        """Open the current snapshot if it is new, or if an error is due for another try."""
        try:
            current = self._store.current_folder().name
            is_retry = self._problem is not None and time.monotonic() >= self._retry_at
            if current != self._last_tried or is_retry:
                self._retry_at = time.monotonic() + self._retry_seconds
                self._last_tried = current
                self._open_newest(find_model(self._model_name))
        except Exception as error:  # noqa: BLE001 - the thread goes on: the next try may succeed
            self._note(error)

    def _note(self, problem: Exception | None) -> None:
        if problem and str(problem) != self.problem:
            log.error("%s", problem)
        self._problem = problem

    def _open_newest(self, model: LocalModel) -> None:
        """Use the newest usable snapshot, and keep the error of the newest unusable snapshot."""
        problem: WhereinError | None = None
        published = self._store.published()
        if not published:
            raise DamagedSnapshot(f"The snapshots of {self._store.instance} are missing. {REBUILD}")
        for snapshot_id in published:
            if self._searcher and snapshot_id == self._searcher.snapshot.manifest.id:
                break
            try:
                searcher = self._open(self._store.folder(snapshot_id), model)
                self._examples = examples(searcher)
                self._searcher = searcher
                self._ready.set()
                # The opened snapshot stays in memory. A garbage collection that scans it would
                # delay every request.
                gc.collect()
                gc.freeze()
                break
            except SnapshotError as error:
                problem = problem or error
        self._note(problem)

    def _open(self, folder: Path, model: LocalModel) -> Searcher:
        made_with = read_manifest(folder).provenance
        if made_with.model != model.name:
            raise ForeignSnapshot(
                f"The snapshot {folder} was made with the model {made_with.model}, and the model "
                f"in use is {model.name}. {REBUILD}"
            )
        snapshot = Snapshot.open(folder)
        if self._encoder is None or self._encoder.fingerprint != made_with.encoder:
            encoder = load_question_encoder(model, self._store.instance / MODELS)
            self._encoder = CachingEncoder(encoder)
        calibration = find_calibration(model.name, self._store.instance)
        return Searcher(snapshot, self._encoder, calibration)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.refresh()
            self._stopped.wait(POLL_SECONDS)


def current_watcher() -> SnapshotWatcher:
    """Return the watcher of the application that answers this request."""
    watcher: SnapshotWatcher = current_app.extensions[EXTENSION]
    return watcher
