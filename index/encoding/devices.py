"""Where PyTorch runs, as the driver and a file of PyTorch's tell: importing it takes seconds."""

import ctypes
import runpy
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from wherein.index.errors import DeviceError


@dataclass(frozen=True, slots=True)
class Device:
    """`name` is PyTorch's for it, and `kind` says what runs on it: equal kinds, equal kernels."""

    name: str
    kind: str


CPU = Device("cpu", "cpu")


def find_gpu() -> Device:
    """The GPU that PyTorch takes. Raises DeviceError where there is none, and says why."""
    gpu, cuda = _gpu_of_driver(), _cuda_of_torch()
    if gpu is None:
        lacking = "there is no NVIDIA driver that has one"
    elif cuda is None:
        lacking = "PyTorch is installed in a build without CUDA"
    elif gpu.cuda < int(cuda.partition(".")[0]):
        lacking = f"PyTorch is built for CUDA {cuda}, and the NVIDIA driver has CUDA {gpu.cuda}"
    else:
        return Device("cuda", f"CUDA {cuda}, {gpu.name}")
    raise DeviceError(
        f"Passages cannot be encoded on a GPU: {lacking}. Encode on the processor with "
        "--device cpu, or leave the device at auto."
    )


@dataclass(frozen=True, slots=True)
class _Gpu:
    """The first one, and the driver's version of CUDA, of which the first number counts."""

    name: str
    cuda: int


def _gpu_of_driver() -> _Gpu | None:
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    version, ordinal = ctypes.c_int(), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    succeeded = (
        driver.cuInit(0) == 0
        and driver.cuDriverGetVersion(ctypes.byref(version)) == 0
        and driver.cuDeviceGet(ctypes.byref(ordinal), 0) == 0
        and driver.cuDeviceGetName(name, len(name), ordinal) == 0
    )
    return _Gpu(name.value.decode(), version.value // 1000) if succeeded else None


def _cuda_of_torch() -> str | None:
    """The version of CUDA that PyTorch is built for, None where it is for none."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).with_name("version.py")
    version: str | None = runpy.run_path(str(file))["cuda"]
    return version
