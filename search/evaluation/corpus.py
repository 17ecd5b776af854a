"""Indexes the corpus of a question set."""

from pathlib import Path

from wherein.index.build import Track, build, build_passages
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation.question_sets import QuestionSet


def index_corpus(
    questions: QuestionSet, instance: Path, model: LoadedModel, track: Track
) -> tuple[Snapshot, list[str]]:
    """Bring the index of a question set up to date and open it.

    The index lies below Wherein's own. A set without a corpus uses the current index as it is.

    Args:
        questions: The question set.
        instance: Wherein's instance folder.
        model: The model.
        track: Shows the progress.

    Returns:
        The snapshot, and messages for the user about what is missing.
    """
    notes, folder = list(questions.notes), questions.instance(instance)
    if isinstance(questions.corpus, Path):
        report = build(questions.corpus, folder, model, track)
        notes += (f"{skip.source} is not indexed: {skip.reason}" for skip in report.changes.skipped)
    elif questions.corpus is not None:
        build_passages(questions.corpus, folder, model, track)
    snapshot = Snapshot.open(Store(folder).current_folder())
    if missing := questions.missing_sources(snapshot.catalog.checksums()):
        some = ", ".join(missing[:5])
        notes.append(f"{len(missing):,} sources that answer are not in the index: {some}")
    return snapshot, notes
