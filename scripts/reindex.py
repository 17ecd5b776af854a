"""Run after adding documents: the same as `wherein reindex [FOLDER]`."""

import sys

from wherein.search.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["reindex", *sys.argv[1:]]))
