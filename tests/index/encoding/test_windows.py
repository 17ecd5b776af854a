"""Which tokens a model takes in at once, and which sentence each belongs to."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from wherein.index.encoding.windows import Tokens, Window, tokens_of
from wherein.index.passages.splitter import Passage


def _tokens(tokenizer: Tokenizer, passages: Sequence[Passage]) -> list[Tokens]:
    texts = [passage.text for passage in passages]
    encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    return list(tokens_of(passages, encodings))


def _passage(text: str, *sentences: tuple[int, int]) -> Passage:
    return Passage(None, 0, 0, text, sentences)


def test_runs_begin_where_sentences_and_gaps_do(tokenizer: Tokenizer) -> None:
    passage = _passage("Rain. Tea. Rain. Tea tea.", (6, 10), (17, 25))
    (tokens,) = _tokens(tokenizer, [passage])
    # rain . | tea . | rain . | tea tea .
    assert (tokens.starts, tokens.rows, len(tokens.ids)) == ([0, 2, 4, 6], [-1, 0, -1, 1], 9)


def test_beside_others_a_passage_has_the_same_tokens_and_its_own_sentences(
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
    before = 0
    for passage, tokens in zip(passages, _tokens(tokenizer, passages), strict=True):
        (alone,) = _tokens(tokenizer, [passage])
        assert (tokens.ids, tokens.starts) == (alone.ids, alone.starts)
        assert tokens.rows == [row + before if row >= 0 else -1 for row in alone.rows]
        before += len(passage.sentences)


def test_windows_end_with_a_sentence_where_they_can_and_leave_out_what_is_no_sentence_s() -> None:
    tokens = Tokens([*range(10, 22)], [0, 3, 5, 11], [0, -1, 1, -1])
    assert list(tokens.windows([7, 8], [9], 4)) == [
        (Window([7, 8, 10, 11, 12, 9], [(2, 5)]), [0]),
        (Window([7, 8, 15, 16, 17, 18, 9], [(2, 6)]), [1]),
        (Window([7, 8, 19, 20, 21, 9], [(2, 4)]), [1]),
    ]
