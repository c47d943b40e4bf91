"""That the process keeps the memory of pictures."""

import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import mmap, resource
import numpy as np
from vidstyle.cli.memory import keep_freed_memory

SHAPE = (720, 1280, 3)

def new_pages(rounds):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(rounds):
        pictures = [np.ones(SHAPE, np.uint8) for _ in range(6)]
        del pictures
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed_memory()
new_pages(1)
print(new_pages(10) * mmap.PAGESIZE / np.prod(SHAPE))
"""


needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")


def new_pictures(**environment: str) -> float:
    """Of how many of 60 pictures the memory is new."""
    command = [sys.executable, "-c", PROGRAM]
    others = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**others, **environment}
    )
    return float(result.stdout)


@needs_glibc
def test_pictures_take_the_memory_of_those_before() -> None:
    assert new_pictures() < 1


@needs_glibc
def test_what_the_user_has_tuned_stays_so() -> None:
    assert new_pictures(GLIBC_TUNABLES="glibc.malloc.mmap_threshold=65536") > 30
