"""Results that are kept for all visitors, as many as fit into a bound of memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class SizedCache:
    """Bytes by name; those that nobody asked for the longest go first.

    Args:
        most: how many bytes are kept at most, together.

    Raises:
        ValueError: if ``most`` is negative.
    """

    def __init__(self, most: int) -> None:
        if most < 0:
            raise ValueError(f"most={most} is out of range: 0 or more")
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under this name; it is made if it is not there.

        Others who want the same meanwhile wait for it. What ``make`` raises is raised, and
        nothing is kept of it. What is larger than the bound is made for each who asks.
        """
        if (found := self.find(name)) is not None:
            return found
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            try:
                if (found := self.find(name)) is None:  # nobody has made it meanwhile
                    found = make()
                    self.put(name, found)
                return found
            finally:
                with self._lock:
                    self._making.pop(name, None)

    @property
    def size(self) -> int:
        """How many bytes are kept now."""
        return self._size

    def find(self, name: Hashable) -> bytes | None:
        """Return what is kept under this name, None if nothing is."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def put(self, name: Hashable, made: bytes) -> None:
        """Keep this under the name, in the place of what was there."""
        with self._lock:
            self._size += len(made) - len(self._kept.pop(name, b""))
            self._kept[name] = made
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
