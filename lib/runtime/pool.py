"""The workers that all visitors share: processes of this machine, or a Dask cluster."""

import os
import threading

from lib.runtime.dask_workers import SCHEDULER, DaskWorkers
from lib.runtime.local_workers import LocalWorkers
from lib.runtime.workers import Workers

_opening = threading.Lock()
_shared: Workers | None = None


def open_workers(slots: int | None = None) -> Workers:
    """Return the cluster that ``PLAYGROUND_SCHEDULER`` names or, without one, local processes.

    Args:
        slots: how many local tasks run at a time; None for one less than there are cores.

    Raises:
        ModuleNotFoundError: if a cluster is named and Dask is not installed.
        ConnectionError: if no scheduler answers.
        ValueError: if ``slots`` is less than 1.
    """
    address = os.environ.get(SCHEDULER)
    return DaskWorkers(address) if address else LocalWorkers(slots)


def workers() -> Workers:
    """Return the workers that all visitors share, opened by the first call."""
    global _shared  # noqa: PLW0603
    with _opening:
        if _shared is None:
            _shared = open_workers()
        return _shared


def close_workers() -> None:
    """Shut the shared workers down at once, if they were opened."""
    global _shared
    with _opening:
        open_now, _shared = _shared, None
    if open_now:
        open_now.shutdown()
