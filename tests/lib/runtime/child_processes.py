"""What tests want to know of the processes that a worker of the pool starts."""

import os
import time
from collections.abc import Callable

import pytest


def children(pid: int) -> set[int]:
    """Return the processes of the group of ``pid``, without itself."""
    found = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                group = int(file.read().rpartition(")")[2].split()[2])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if group == pid and int(name) != pid:
            found.add(int(name))
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    """Return as soon as something has happened; fail if it does not within half a minute."""
    for _ in range(3000):
        if happened():
            return
        time.sleep(0.01)
    pytest.fail("it never happened")
