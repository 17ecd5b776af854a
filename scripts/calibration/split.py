"""Splits a question set by articles: half for training, half held out for the check."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wherein.index.snapshot.store import Snapshot
from wherein.search.evaluation.question_sets import Question, QuestionSet, Unanswerable


@dataclass(frozen=True, slots=True)
class ArticleSplit:
    """A question set whose articles are split in two.

    Attributes:
        questions: The set.
        articles: The article of each document, by source.
        training: The articles whose questions are fitted on.
        held_out: The articles whose questions are checked on.
    """

    questions: QuestionSet
    articles: dict[str, str]
    training: frozenset[str]
    held_out: frozenset[str]

    @classmethod
    def of(cls, questions: QuestionSet, snapshot: Snapshot) -> "ArticleSplit":
        """Split the articles that questions are about: every second name is for training.

        Passages of a corpus belong to one article if they have the same title.
        """
        is_corpus = isinstance(questions.corpus, tuple)
        articles = {
            document.source: (is_corpus and document.title) or document.source
            for document in snapshot.catalog.documents()
        }
        asked = sorted(
            {
                articles[source]
                for question in questions.questions
                if question.wanted
                for source in question.wanted.sources & articles.keys()
            }
        )
        return cls(questions, articles, frozenset(asked[::2]), frozenset(asked[1::2]))

    def all_held_out(self) -> "ArticleSplit":
        """Return a split with all articles held out."""
        return replace(self, training=frozenset(), held_out=self.training | self.held_out)

    def articles_of(self, question: Question) -> frozenset[str]:
        """Return the articles that answer a question."""
        sources = question.wanted.sources if question.wanted else ()
        return frozenset(self.articles[source] for source in sources if source in self.articles)

    def sources(self, articles: Iterable[str]) -> frozenset[str]:
        """Return the documents of some of the articles."""
        chosen = frozenset(articles)
        return frozenset(source for source, article in self.articles.items() if article in chosen)

    def questions_in(self, folder: frozenset[str], about: frozenset[str]) -> list[Question]:
        """Return the questions about some articles, as they are for a folder.

        Args:
            folder: The articles in the folder. A question about another article is absent.
            about: The articles that the questions are about.

        Returns:
            The questions. A question with only some of its articles in the folder is left out.
        """
        asked = []
        for question in self.questions.questions:
            wanted = self.articles_of(question)
            if wanted and wanted <= about:
                if wanted <= folder:
                    asked.append(question)
                elif not wanted & folder:
                    absent = replace(question, wanted=None, unanswerable=Unanswerable.ABSENT)
                    asked.append(absent)
        return asked

    def of_kind(self, kind: Unanswerable) -> list[Question]:
        """Return the questions that the set itself marks as unanswerable."""
        return [question for question in self.questions.questions if question.unanswerable is kind]
