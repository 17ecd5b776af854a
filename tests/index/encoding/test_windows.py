"""Tokens are divided into windows, and each token belongs to the right sentence."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from wherein.index.encoding.windows import PassageTokens, Window, tokenize_passages
from wherein.index.passages.splitter import Passage


def _tokens(tokenizer: Tokenizer, passages: Sequence[Passage]) -> list[PassageTokens]:
    texts = [passage.text for passage in passages]
    encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    return list(tokenize_passages(passages, encodings))


def _passage(text: str, *sentences: tuple[int, int]) -> Passage:
    return Passage(None, 0, 0, text, sentences)


def test_spans_start_at_sentences_and_at_the_gaps_between_them(tokenizer: Tokenizer) -> None:
    passage = _passage("Rain. Tea. Rain. Tea tea.", (6, 10), (17, 25))
    (tokens,) = _tokens(tokenizer, [passage])
    # rain . | tea . | rain . | tea tea .
    assert (tokens.starts, tokens.sentences, len(tokens.ids)) == ([0, 2, 4, 6], [-1, 0, -1, 1], 9)


def test_a_passage_has_the_same_tokens_alone_and_in_a_batch_and_keeps_its_own_sentences(
    tokenizer: Tokenizer,
) -> None:
    passages = [
        _passage("", (0, 0)),
        _passage("Rain. Tea.", (0, 5), (6, 10)),
        _passage("\u200b", (0, 1)),
        _passage("Rain. Tea. Rain.", (6, 10)),
        _passage("Tea. \u200b\u200c Rain.", (0, 4), (5, 7), (8, 13)),
        _passage("Tea", (0, 3)),
        _passage("", (0, 0)),
    ]
    previous_sentences = 0
    for passage, tokens in zip(passages, _tokens(tokenizer, passages), strict=True):
        (alone,) = _tokens(tokenizer, [passage])
        assert (tokens.ids, tokens.starts) == (alone.ids, alone.starts)
        assert tokens.sentences == [
            row + previous_sentences if row >= 0 else -1 for row in alone.sentences
        ]
        previous_sentences += len(passage.sentences)


def test_windows_end_with_a_sentence_where_possible_and_windows_without_one_are_left_out() -> None:
    tokens = PassageTokens([*range(10, 22)], [0, 3, 5, 11], [0, -1, 1, -1])
    assert list(tokens.windows([7, 8], [9], 4)) == [
        (Window([7, 8, 10, 11, 12, 9], [(2, 5)]), [0]),
        (Window([7, 8, 15, 16, 17, 18, 9], [(2, 6)]), [1]),
        (Window([7, 8, 19, 20, 21, 9], [(2, 4)]), [1]),
    ]
