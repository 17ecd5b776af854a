"""Runs a script of this folder and writes its output into a page, between markers.

    python -m scripts.bench.write docs/performance.md latency SET…

The page has the lines <!-- scripts.bench.latency --> and <!-- /scripts.bench.latency -->.
"""

import subprocess
import sys
from pathlib import Path


def main(page: str, script: str, *arguments: str) -> int:
    """Run the script and return its exit code. Its standard error is not captured."""
    file, name = Path(page), f"scripts.bench.{script}"
    head, begin, rest = file.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    _, end, tail = rest.partition(f"<!-- /{name} -->\n")
    if not begin or not end:
        print(f"{page} has no place for {script}. Add <!-- {name} --> and <!-- /{name} -->.")
        return 2
    command = [sys.executable, "-m", name, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    if done.returncode == 0:
        text = f"{head}{begin}\n{done.stdout.strip()}\n\n{end}{tail}"
        file.write_text(text, encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
