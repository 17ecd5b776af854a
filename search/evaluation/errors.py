"""The errors of evaluation."""

from wherein.search.settings import SettingsError


class QuestionSetError(SettingsError):
    """A set of questions is missing or cannot be read."""


class MissingLibraries(SettingsError):
    """The libraries for evaluation are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Evaluating needs ir-measures and scikit-learn. Install them: pip install ir-measures "
            "scikit-learn."
        )
