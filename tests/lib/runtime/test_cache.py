import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.runtime.cache import SizedCache


def test_what_is_kept_is_not_made_again() -> None:
    cache, made = SizedCache(100), []
    for _ in range(3):
        assert cache.get("a", lambda: made.append(1) or b"result") == b"result"
    assert made == [1]
    assert cache.size == 6


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 60)), max_size=60))
def test_it_keeps_what_was_asked_for_last_and_never_more_than_fits(asked) -> None:
    """A list of names, the last one asked for at its end, is the oracle."""
    cache, order = SizedCache(100), {}
    for name, length in asked:
        again = name in order
        got = cache.get(name, lambda: b"x" * length)  # noqa: B023 - called at once
        kept_length = order.pop(name) if again else length
        assert len(got) == kept_length
        order[name] = kept_length
        while sum(order.values()) > 100:
            del order[next(iter(order))]
        assert cache.size == sum(order.values())


def test_an_error_is_raised_and_nothing_is_kept() -> None:
    cache = SizedCache(100)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes(1 // 0))
    assert cache.get("a", lambda: b"fine") == b"fine"


def test_those_who_want_the_same_at_once_wait_for_one() -> None:
    cache, made, got = SizedCache(100), [], []

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"slow"

    threads = [threading.Thread(target=lambda: got.append(cache.get("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert got == [b"slow"] * 8


def test_making_one_does_not_hold_up_another() -> None:
    cache, go_on = SizedCache(100), threading.Event()
    slow = threading.Thread(target=lambda: cache.get("slow", lambda: bytes(go_on.wait(10))))
    slow.start()
    assert cache.get("quick", lambda: b"1") == b"1"
    go_on.set()
    slow.join()


def test_a_bound_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="limit=-1 is out of range"):
        SizedCache(-1)
