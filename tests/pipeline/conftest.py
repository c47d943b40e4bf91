"""Fixtures for tests with many threads."""

import sys
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=5.0)  # a thread that a test abandoned on purpose and then released
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest.fixture(autouse=True, scope="module")
def _busy_switching() -> Iterator[None]:
    """Switch between threads very often, so that more interleavings are met."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)
