"""That the process keeps the memory of pictures."""

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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_pictures_take_the_memory_of_those_before() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert float(result.stdout) < 1, "of 60 pictures, the pages of one at most are new"
