"""A real server of the playground in a process group of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds; a cold start imports torch
UVICORN = ("-m", "uvicorn", "app:app", "--port", "{port}")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Server:
    """Start with ``with``, and it is up inside; afterwards ``left`` says which processes stayed."""

    def __init__(
        self, *command: str, environment: dict[str, str] | None = None, base_path: str = ""
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{base_path}"
        self.command = [
            part.format(port=self.port) for part in (sys.executable, *(command or UVICORN))
        ]
        self.environment = {
            name: value.format(port=self.port) for name, value in (environment or {}).items()
        }
        self.left: dict[int, str] = {}

    def __enter__(self) -> Self:
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait_for_health()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int | None:
        """Ask the server to end as an operator would; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
            deadline = time.monotonic() + 10  # what it asked to end may need a moment more
            while (left := session_of(self.process.pid)) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.left = left
        finally:
            self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End whatever of it still runs."""
        for pid in session_of(self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(PATIENCE)
        self.log.close()

    def said(self) -> str:
        """Return what the server printed."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def _wait_for_health(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.command} ended:\n{self.said()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise TimeoutError(f"{self.command} did not answer:\n{self.said()}")


def session_of(leader: int) -> dict[int, str]:
    """Return the living processes of the session ``leader`` began, each with its command.

    Children keep the session of their parent, also when the parent has ended.
    """
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # pid (name) state ppid pgrp session ...; the name may hold anything, even brackets
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it ended while we looked
        if int(session) == leader and state != "Z":
            found[int(folder.name)] = command
    return found
