"""That OpenCV keeps to the threads of the pipeline."""

import os
import subprocess
import sys

PROGRAM = """
from vidstyle.cli.opencv import keep_opencv_to_one_thread
keep_opencv_to_one_thread()
import cv2
print(cv2.getNumThreads())
"""


def threads(**environment: str) -> int:
    others = {name: value for name, value in os.environ.items() if not name.startswith("OPENCV_")}
    command = [sys.executable, "-c", PROGRAM]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**others, **environment}
    )
    return int(result.stdout)


def test_opencv_has_one_thread() -> None:
    assert threads() == 1


def test_what_the_user_has_set_stays_so() -> None:
    assert threads(OPENCV_FOR_THREADS_NUM="3") == 3
