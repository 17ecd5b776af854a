"""A question to a ranking of passages, over one snapshot. Knows nothing of HTTP."""

from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.errors import ForeignSnapshot
from wherein.index.snapshot.manifest import REBUILD
from wherein.index.snapshot.store import Snapshot
from wherein.search.query.filters import passages_within
from wherein.search.query.query import Query
from wherein.search.ranking.candidates import find_candidates
from wherein.search.ranking.config import RankingConfig
from wherein.search.ranking.duplicates import Duplicates
from wherein.search.ranking.ranking import Ranking, SnapshotQuery
from wherein.search.ranking.scoring import rank
from wherein.search.ranking.verdict import Calibration


class Searcher:
    """Answers questions from one snapshot. Safe for use by several threads.

    Attributes:
        snapshot: The snapshot that is searched.
        calibration: The model of the verdict. None if there is none for the encoder.
        config: The constants of ranking.
        duplicates: The duplicates among the snapshot's passages.

    Args:
        snapshot: An open snapshot.
        encoder: The encoder of questions, the same one that the snapshot was made with.
        calibration: The model of the verdict.
        config: The constants of ranking.

    Raises:
        ForeignSnapshot: The snapshot was made with another encoder.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: QuestionEncoder,
        calibration: Calibration | None = None,
        config: RankingConfig | None = None,
    ) -> None:
        made_with = snapshot.manifest.provenance.encoder
        if made_with != encoder.fingerprint:
            raise ForeignSnapshot(
                f"The snapshot {snapshot.manifest.id} was made with the encoder {made_with}, but "
                f"questions would be encoded with {encoder.fingerprint}. {REBUILD}"
            )
        self.snapshot = snapshot
        self.calibration = calibration
        self.config = config or RankingConfig()
        self.duplicates = Duplicates(snapshot.catalog.same_as)
        self._encoder = encoder

    def rank(self, query: Query) -> Ranking:
        """Rank all relevant passages for a query."""
        request = SnapshotQuery(
            query=query,
            snapshot=self.snapshot,
            config=self.config,
            vector=self._encoder.encode_question(query.text),
            terms=self.snapshot.lexical.terms(query.text),
            within=passages_within(query.filters, self.snapshot),
        )
        passages, is_complete = find_candidates(request)
        return rank(request, passages, is_complete=is_complete)
