"""Threads that step back: what a person waits for comes before what is made ahead."""

from __future__ import annotations

import os
import sys
import threading

LOADING_NICENESS = 2
PAINTING_NICENESS = 8


def step_back(niceness: int) -> None:
    """Give way to other threads from now on, as do threads that this one starts.

    On Linux each thread has a niceness of its own. Elsewhere nothing happens: there it is the
    process's, or can be changed for others only.

    Args:
        niceness: From 1 to 19, the nicest.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        if niceness > now:
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
