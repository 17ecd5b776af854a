"""Tests of the synthetic corpus that large indexes are measured with."""

import numpy as np

from scripts.bench.synthetic import Source, SyntheticCorpus

SOURCE = Source(
    sentences=(
        "In 1901 the prize went to Wilhelm Röntgen of Germany.",
        "It rains.",
        "Tea, he said.",
    ),
    names=("Harbin", "Odessa"),
    vectors=np.eye(3, 8, dtype=np.float32),
)


def test_the_same_seed_gives_the_same_corpus() -> None:
    one, other = (SyntheticCorpus(SOURCE, 50, "name", "fingerprint") for _ in range(2))
    entries = list(one.entries())
    assert entries == list(other.entries())
    assert sum(len(entry.passages) for entry in entries) == 50
    for entry in entries:
        for passage in entry.passages:
            vectors = one.encode_passage(passage)
            assert vectors.tolist() == other.encode_passage(passage).tolist()
            assert vectors.shape == (len(passage.sentences), 8)
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_offsets_of_passages_and_sentences_match_the_texts() -> None:
    for entry in SyntheticCorpus(SOURCE, 20, "name", "fingerprint").entries():
        document = entry.document
        for passage in entry.passages:
            offset = passage.start - document.starts[passage.block]
            assert offset == 0
            assert document.blocks[passage.block].text == passage.text
            texts = [passage.text[start:end] for start, end in passage.sentences]
            assert " ".join(texts) == passage.text
            assert all(text[-1] == "." for text in texts)


def test_names_and_numbers_are_replaced_and_years_stay_years() -> None:
    texts = {
        passage.text
        for entry in SyntheticCorpus(SOURCE, 200, "name", "fingerprint").entries()
        for passage in entry.passages
        if "prize" in passage.text
    }
    assert len(texts) > 100
    assert not any("Röntgen" in text or "Germany" in text for text in texts)
    assert any("Harbin" in text for text in texts)
    assert all("In 1" in text or "In 2" in text for text in texts)
