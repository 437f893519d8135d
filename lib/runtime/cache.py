"""A cache for results of all visitors, bounded by the memory that it takes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class SizedCache:
    """Bytes by name; those that nobody asked for the longest are dropped first.

    >>> cache = SizedCache(limit=10)
    >>> cache.put("first", b"12345678")
    >>> cache.put("second", b"1234")
    >>> cache.find("first"), cache.find("second")
    (None, b'1234')

    Args:
        limit: how many bytes the cache holds at most, together.

    Raises:
        ValueError: if ``limit`` is negative.
    """

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"limit={limit} is out of range: 0 or more")
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is cached under this name; it is made if it is not there.

        Others who want the same meanwhile wait for it. What ``make`` raises is raised, and
        nothing is cached. What is larger than the limit is made for each who asks.
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
        """How many bytes are cached now."""
        return self._size

    def find(self, name: Hashable) -> bytes | None:
        """Return what is cached under this name, None if nothing is."""
        with self._lock:
            if name in self._entries:
                self._entries.move_to_end(name)
            return self._entries.get(name)

    def put(self, name: Hashable, value: bytes) -> None:
        """Cache a value, in the place of what was there under this name."""
        with self._lock:
            self._size += len(value) - len(self._entries.pop(name, b""))
            self._entries[name] = value
            while self._size > self._limit:
                self._size -= len(self._entries.popitem(last=False)[1])
