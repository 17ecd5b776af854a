"""The tuned values of the vector index. Experiments and tests pass other values in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DenseConfig:
    """When a search is approximate, and how good an approximate search must be.

    Attributes:
        exact_up_to: Up to this number of vectors, a search compares the question with all of them.
            Comparing more takes longer than encoding the question.
        single_list_up_to: Up to this number of vectors, an approximate search compares the question
            with the codes of all of them: 5 ms on one core. More are divided into lists.
        target_recall: The share of the ten nearest vectors that an approximate search must find.
    """

    exact_up_to: int = 20_000
    single_list_up_to: int = 4_000_000
    target_recall: float = 0.99


DEFAULT_DENSE = DenseConfig()
