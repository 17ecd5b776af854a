"""How many processor cores may this process use?"""

import os


def cores() -> int:
    """Return how many cores this process may use.

    That is the number of cores that the process is bound to. Where the system does not tell, as on
    macOS, it is the number of all cores.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
