"""Describes the machine that a figure was measured on."""

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path


def description() -> str:
    """Return a line with the date, processor, cores, memory, system, Python and the load."""
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    load = os.getloadavg()[0]
    return (
        f"{date.today():%d %B %Y}: {_processor()}, {os.cpu_count()} cores, {_memory()}, {system}, "
        f"onnxruntime {version('onnxruntime')}; a load of {load:.1f} at the start."
    )


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unnamed processor"


def _memory() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{pages * size / 2**30:.0f} GB"
