"""Measures the answers to question sets: the same as `wherein evaluate SET…`.

python scripts/evaluate.py SET…
"""

import sys

from wherein.search.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["evaluate", *sys.argv[1:]]))
