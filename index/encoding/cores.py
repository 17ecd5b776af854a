"""How many cores may this process use?"""

import os


def cores() -> int:
    """Those that it is bound to, where the system tells (macOS does not); else all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
