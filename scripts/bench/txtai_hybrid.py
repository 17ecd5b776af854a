"""Runs txtai's hybrid search, in an environment with txtai.

    python txtai_hybrid.py MODEL PASSAGES INDEX

PASSAGES has a line of JSON for each passage: [id, text]. The index is kept in the folder INDEX.
Each line of standard input is a question. Each line of standard output is the seconds it took.
"""

import json
import sys
import time
from pathlib import Path

from txtai import Embeddings


def main(model: str, passages: str, index: str) -> None:
    embeddings = Embeddings(path=model, hybrid=True, content=True)
    if Path(index).exists():
        embeddings.load(index)
    else:
        with Path(passages).open(encoding="utf-8") as lines:
            embeddings.index((name, text, None) for name, text in map(json.loads, lines))
        embeddings.save(index)
    print(json.dumps(embeddings.count()), flush=True)
    for question in sys.stdin:
        started = time.perf_counter()
        found = embeddings.search(question.rstrip("\n"), 10)
        seconds = time.perf_counter() - started
        assert found[0]["text"]
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
