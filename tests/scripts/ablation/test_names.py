"""Tests of the questions that are names without accents."""

from dataclasses import replace

from scripts.ablation.names import names_without_accents, remove_accents
from scripts.ablation.searchers import VariantSearchers
from wherein.search.evaluation.relevance import Entries


def test_a_rare_word_with_a_capital_and_accents_is_a_name(searchers: VariantSearchers) -> None:
    questions = names_without_accents(searchers.entries)
    assert [(question.text, question.wanted) for question in questions] == [
        ("Cafe", Entries({"rail.txt": 1})),
        ("Societe", Entries({"rail.txt": 1})),
    ]


def test_a_name_in_many_documents_is_left_out(searchers: VariantSearchers) -> None:
    copies = [
        replace(entry, document=replace(entry.document, source=f"{n}/{entry.document.source}"))
        for n in range(11)
        for entry in searchers.entries
    ]
    assert names_without_accents(copies) == []


def test_letters_lose_their_accents_alone() -> None:
    assert remove_accents("Zé Pedro, Brühl, Ἀθῆναι, Łódź") == "Ze Pedro, Bruhl, Αθηναι, Łodz"
