"""Runs a script of this folder and puts what it prints into a page, between its markers.

    python -m scripts.bench.write docs/performance.md asking.py SET …

The page has the lines <!-- scripts/bench/asking.py --> and <!-- /scripts/bench/asking.py -->.
"""

import subprocess
import sys
from pathlib import Path


def main(page: str, script: str, *arguments: str) -> int:
    """The script's exit code; what it prints to standard error is shown as it comes."""
    file, name = Path(page), f"scripts/bench/{script}"
    before, begin, rest = file.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->\n")
    if not begin or not end:
        print(f"{page} has no place for {script}: put <!-- {name} --> and <!-- /{name} --> in it.")
        return 2
    command = [sys.executable, "-m", f"scripts.bench.{Path(script).stem}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    if done.returncode == 0:
        text = f"{before}{begin}\n{done.stdout.strip()}\n\n{end}{after}"
        file.write_text(text, encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
