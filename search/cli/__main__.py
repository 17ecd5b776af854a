"""Runs `wherein` as `python -m wherein.search.cli`."""

import sys

from wherein.search.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
