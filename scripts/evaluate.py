"""Measures the answers on sets of questions: the same as `wherein evaluate SET…`."""

import sys

from wherein.search.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["evaluate", *sys.argv[1:]]))
