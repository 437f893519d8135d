"""Read bytes that nobody trusts in a process of its own, which has little time and memory.

What the process answers is taken as JSON: numbers, words and lists, never objects. So even a
process that was taken over could not hand code to the server.
"""

import json
import multiprocessing
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any

from lib.runtime.local_workers import start_process

MEMORY = 256 * 1024**2  # bytes, beyond what the process has when it starts
SECONDS = 10  # of computing, and a few more of waiting for a core
SPARE = 10
LONGEST = 4 * 1024**2  # bytes of an answer


class SandboxError(RuntimeError):
    """The process ended before it answered: out of memory, out of time, or broken."""


def run_sandboxed(
    function: Callable[[bytes], Any], data: bytes, seconds: float = SECONDS, memory: int = MEMORY
) -> Any:
    """Return ``function(data)``, called in a process that is thrown away afterwards.

    On Linux, the process can get no more memory than ``memory``, compute no longer than
    ``seconds``, write into no file and leave no dump. Elsewhere, what the system can bound of
    this is bounded; the time always is.

    Args:
        function: can be imported; returns what JSON can say.
        data: what it is called with.
        seconds: of computing.
        memory: bytes, beyond what the process has when it starts.

    Raises:
        SandboxError: if it does not answer.
    """
    line, far = multiprocessing.Pipe()
    try:
        process = start_process(_answer, far, function, data, seconds, memory)
    except OSError as error:  # it died while it was given the file
        raise SandboxError(str(error)) from error
    far.close()
    end = monotonic() + seconds + SPARE
    try:
        if not line.poll(max(0.0, end - monotonic())):
            raise SandboxError(f"no answer after {seconds + SPARE:g} seconds")
        return json.loads(line.recv_bytes(LONGEST))
    except (EOFError, OSError, ValueError) as error:
        raise SandboxError(str(error)) from error
    finally:
        process.kill()
        process.join()
        process.close()
        line.close()


def _answer(
    line: Connection, function: Callable[[bytes], Any], data: bytes, seconds: float, memory: int
) -> None:
    """Be the process."""
    _bound(seconds, memory)
    warnings.simplefilter("ignore")
    with suppress(MemoryError):  # then it ends without an answer, and that says it
        line.send_bytes(json.dumps(function(data)).encode())


def _bound(seconds: float, memory: int) -> None:
    """Give up what reading a file does not need; there is no way back."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    os.setpgid(0, 0)  # Ctrl-C in the terminal is for the server
    bounds = {
        resource.RLIMIT_CPU: int(seconds),
        resource.RLIMIT_FSIZE: 0,  # no file grows
        resource.RLIMIT_CORE: 0,
    }
    sizes = Path("/proc/self/statm")
    if sizes.exists():  # Linux: of what it has, torch's libraries are most
        pages = int(sizes.read_text().split()[0])
        bounds[resource.RLIMIT_AS] = pages * os.sysconf("SC_PAGE_SIZE") + memory
    for what, most in bounds.items():
        with suppress(ValueError, OSError):  # a lower bound is set already
            resource.setrlimit(what, (most, most))
