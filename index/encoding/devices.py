"""Finds the GPU without importing PyTorch, which takes seconds.

The name of the GPU comes from the driver. The version of CUDA comes from a file of PyTorch's.
"""

import ctypes
import runpy
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from wherein.index.errors import DeviceError


@dataclass(frozen=True, slots=True)
class Device:
    """Where PyTorch runs a model.

    Attributes:
        name: The name of the device for PyTorch.
        kind: What a fingerprint says of the device: the model of the GPU and the version of CUDA.
    """

    name: str
    kind: str


CPU = Device("cpu", "cpu")


def find_gpu() -> Device:
    """Find the GPU that PyTorch uses.

    Returns:
        The GPU.

    Raises:
        DeviceError: There is no GPU, or PyTorch cannot use it. The message says why.
    """
    gpu, cuda = _gpu_of_driver(), _cuda_of_torch()
    if gpu is None:
        problem = "no NVIDIA driver with a GPU was found"
    elif cuda is None:
        problem = "PyTorch is installed in a build without CUDA"
    elif gpu.cuda < int(cuda.partition(".")[0]):
        problem = f"PyTorch is built for CUDA {cuda}, but the NVIDIA driver has CUDA {gpu.cuda}"
    else:
        return Device("cuda", f"CUDA {cuda}, {gpu.name}")
    raise DeviceError(
        f"Passages cannot be encoded on a GPU: {problem}. Encode on the processor with "
        "--device cpu, or leave the device at auto."
    )


@dataclass(frozen=True, slots=True)
class _Gpu:
    """The first GPU.

    Attributes:
        name: The model of the GPU.
        cuda: The first number of the driver's version of CUDA.
    """

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
    """Read the version of CUDA that PyTorch is built for, or None where it is built without."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).with_name("version.py")
    version: str | None = runpy.run_path(str(file))["cuda"]
    return version
