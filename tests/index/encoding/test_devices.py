"""The GPU is found through its driver, without importing PyTorch."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.encoding.processes import IMPORTED, run_python

DRIVER = """
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = 7; return ordinal != 0; }
int cuDeviceGetName(char *name, int size, int device) {
    strncpy(name, "NVIDIA H200", size);
    return device != 7;
}
"""

FIND_GPU = f"""
import sys
from wherein.index.encoding.devices import find_gpu
from wherein.index.errors import DeviceError
try:
    print(find_gpu())
except DeviceError as error:
    print(error)
{IMPORTED}
"""


@pytest.mark.skipif(not (shutil.which("cc") and sys.platform == "linux"), reason="needs Linux, cc")
@pytest.mark.parametrize(
    ("version", "message"),
    [
        (12090, "PyTorch is built for CUDA 13.0, but the NVIDIA driver has CUDA 12. Encode on"),
        (13000, "Device(name='cuda', kind='CUDA 13.0, NVIDIA H200')"),
        (14010, "Device(name='cuda', kind='CUDA 13.0, NVIDIA H200')"),
    ],
)
def test_a_gpu_is_named_by_its_driver_and_pytorch_is_not_imported(
    tmp_path: Path, version: int, message: str
) -> None:
    """A library answers as the driver does, and one file stands for PyTorch."""
    (tmp_path / "driver.c").write_text(DRIVER)
    command = ["cc", "-shared", "-fPIC", f"-DVERSION={version}", "-o", "libcuda.so.1", "driver.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    torch_folder = tmp_path / "torch"
    torch_folder.mkdir()
    (torch_folder / "__init__.py").write_text("raise AssertionError('imported')")
    (torch_folder / "version.py").write_text("cuda = '13.0'")
    place = str(tmp_path)
    printed, _ = run_python(FIND_GPU, LD_LIBRARY_PATH=place, PYTHONPATH=place)
    assert message in printed
