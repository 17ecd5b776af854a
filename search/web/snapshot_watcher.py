"""The searcher of a running server: always that of the newest snapshot that can be used."""

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
    """There is nothing to search yet. Its text says why, and what to do."""


class SnapshotWatcher:
    """Opens the current snapshot, and each new one as it is published, from a thread of its own.

    What went wrong is tried again now and then: a folder may be mended, or handles run out.

    A snapshot that is damaged or foreign is refused: the one in use stays in use, and at the start
    the newest that can be used is taken. `searcher` may be called from any thread.
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
        self._tried: str | None = None
        self._try_again = 0.0
        self._encoder: QuestionEncoder | None = None
        self._ready = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def start(self) -> None:
        """Begin to load, in the background."""
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Wait until there is a searcher, however long that takes."""
        self._ready.wait()

    def stop(self) -> None:
        """Stop looking for new snapshots. Those who hold the searcher keep it."""
        self._stopped.set()
        self._thread.join()

    def run_of(self, snapshot_id: str) -> Run | None:
        """The run that made a snapshot, where it is known."""
        return read_run(self._store.instance, snapshot_id)

    @property
    def examples(self) -> list[str]:
        """Questions to begin with. They are asked once for each snapshot, as it is opened."""
        return self._examples

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
        try:
            current = self._store.current_folder().name
            again = self._problem is not None and time.monotonic() >= self._try_again
            if current != self._tried or again:
                self._try_again = time.monotonic() + self._retry_seconds
                self._tried = current
                self._open_newest(find_model(self._model_name))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may go well
            self._note(error)

    def _note(self, problem: Exception | None) -> None:
        if problem and str(problem) != self.problem:
            log.error("%s", problem)
        self._problem = problem

    def _open_newest(self, model: LocalModel) -> None:
        """Use the newest usable snapshot; remember what is wrong with those that are newer."""
        problem: WhereinError | None = None
        published = self._store.published()
        if not published:
            raise DamagedSnapshot(
                f"{self._store.instance} names no snapshot that is there. {REBUILD}"
            )
        for snapshot_id in published:
            if self._searcher and snapshot_id == self._searcher.snapshot.manifest.id:
                break
            try:
                searcher = self._open(self._store.folder(snapshot_id), model)
                self._examples = examples(searcher)
                self._searcher = searcher
                self._ready.set()
                # What was opened stays: to look through it for garbage would halt all questions.
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
    """The one of the application that answers this request."""
    live: SnapshotWatcher = current_app.extensions[EXTENSION]
    return live
