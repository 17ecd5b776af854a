"""How near are the vectors of a compiled model, on this processor, to the expected vectors?

Run it on another processor, or under an emulator of one, over a copy of the same instance:

    qemu-x86_64-static -cpu Haswell .venv/bin/python -m scripts.bench.processors instance/models
"""

import argparse
from pathlib import Path

import numpy as np

from wherein.index.encoding.agreement import CHECK_TEXTS, MIN_AGREEMENT, encode_check_texts
from wherein.index.encoding.onnx_model import CHECK, MANIFEST, load_graph, read_manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, help="the folder `models` of an instance")
    parser.add_argument("--save", type=Path, help="write the vectors to this .npy file")
    parser.add_argument("--compare", type=Path, help="the file that another processor saved")
    flags = parser.parse_args()
    for manifest_file in sorted(flags.models.glob(f"*/{MANIFEST}")):
        folder = manifest_file.parent
        manifest = read_manifest(folder)
        if manifest.precision is None:
            print(f"{manifest.model} is not compiled: {manifest.reason}.")
            continue
        vectors = encode_check_texts(load_graph(folder, manifest))
        print(f"{manifest.model}, {manifest.precision.name}, {len(CHECK_TEXTS)} texts")
        print(f"  where it was compiled: {manifest.precision.agreement:.4f}")
        here = float(np.sum(vectors * np.load(folder / CHECK), axis=1).min())
        print(f"  on this processor:     {here:.4f} (the bound is {MIN_AGREEMENT})")
        if flags.compare:
            others = np.load(flags.compare)
            print(f"  to the other vectors:  {np.sum(vectors * others, axis=1).min():.4f}")
        if flags.save:
            np.save(flags.save, vectors)


if __name__ == "__main__":
    main()
