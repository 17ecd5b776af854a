"""PyTorch, which takes seconds to import, is imported only where it is needed."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT, FolderMaker, has_compiled, quiet
from tests.index.encoding.processes import IMPORTED, PYTORCH, run_python
from wherein.index.build import build
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import CPU
from wherein.index.encoding.gpu import GpuModel
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.encoding.torch_batches import BatchConfig

TOKENS = 1024

REINDEX = f"""
import sys
from wherein.search.cli.main import main
for _ in range(2):
    main(["reindex", sys.argv[1], "--instance", sys.argv[2]])
{IMPORTED}
"""

BUILD = f"""
import sys
from pathlib import Path
from wherein.index.build import build
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import CPU
from wherein.index.encoding.gpu import GpuModel
from wherein.index.encoding.model_files import find_model
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.encoding.torch_batches import BatchConfig
instance = Path(sys.argv[2])
compiler = Compiler(find_model(sys.argv[3]), instance / MODELS)
model = GpuModel(compiler, CPU, BatchConfig(tokens={TOKENS}))
folder = Path(sys.argv[1])

def report():
    done = build(folder, instance, model, lambda items, _doing: items)
    has_pytorch = "with" if "torch" in sys.modules else "without"
    print(done.passages, done.encoded, done.published, has_pytorch, "PyTorch")

report()
(folder / "b.txt").unlink()
report()
(folder / "b.txt").write_text("Snow fell.")
report()
print(model.prepare().load().passages_by)
{IMPORTED}
"""


@pytest.mark.usefixtures("no_gpu")
def test_pytorch_is_not_imported_to_find_out_that_there_is_no_gpu(
    compiled_model: Compiler, make_folder: FolderMaker, instance: Path
) -> None:
    has_compiled(instance, compiled_model)
    folder = make_folder({"a.txt": "Tea is hot in China.\n"})
    printed, packages = run_python(REINDEX, folder, instance)
    assert 0 < printed.find("1 passages: 1 encoded") < printed.find("Nothing to do")
    assert "onnxruntime" in packages
    assert not packages & PYTORCH


def test_pytorch_is_imported_to_encode_passages_and_not_where_none_is_new(
    small_compiler: Compiler, make_folder: FolderMaker, instance: Path
) -> None:
    """The device is checked in the first build, and its result is read in the other builds."""
    models = shutil.copytree(
        small_compiler.models,
        instance / MODELS,
        ignore=shutil.ignore_patterns("agreement-*.json"),
    )
    compiler = replace(small_compiler, models=models)
    folder = make_folder({"a.txt": "Tea is hot in China.\n", "b.txt": "Rain fell.\n"})
    first = build(folder, instance, GpuModel(compiler, CPU, BatchConfig(tokens=TOKENS)), quiet)
    assert (first.passages, first.encoded) == (2, 2)

    printed, packages = run_python(BUILD, folder, instance, small_compiler.source.folder)
    *reports, encoder = printed.splitlines()
    assert reports == [
        "2 0 False without PyTorch",
        "1 0 True without PyTorch",
        "2 1 True with PyTorch",
    ]
    assert "fp32 on cpu|" in encoder
    assert "agreement=0.99" in encoder
    assert packages >= PYTORCH


FORK = """
import os
from wherein.index.encoding.model_files import find_model
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(str(find_model().folder / "tokenizer.json"))
texts = ["tea", "rain"] * 99
tokenizer.encode_batch(texts)
child = os.fork()
if child == 0:
    os._exit(len(tokenizer.encode_batch(texts)))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_texts_are_tokenized_on_several_threads_after_a_fork_without_a_warning() -> None:
    """The library starts new threads. With TOKENIZERS_PARALLELISM set, the child would hang."""
    environment = {name: value for name, value in os.environ.items() if "PARALLELISM" not in name}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    assert (done.stdout, done.stderr) == ("198\n", "")
