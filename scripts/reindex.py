"""Updates the index after documents changed: the same as `wherein reindex [FOLDER]`.

python scripts/reindex.py [FOLDER]
"""

import sys

from wherein.search.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["reindex", *sys.argv[1:]]))
