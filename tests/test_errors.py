"""What is told of errors."""

import errno
import os

import pytest

from vidstyle.errors import refusal

FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, FULL, "a.png"), f"a.png: {FULL}"),
        (OSError(errno.ENOSPC, FULL), FULL),
        (OSError("no more threads"), "no more threads"),
    ],
)
def test_a_refusal_is_told_with_its_file_where_there_is_one(error: OSError, told: str) -> None:
    assert refusal(error) == told
