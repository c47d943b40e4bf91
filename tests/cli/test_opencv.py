"""That OpenCV keeps to the threads of the pipeline, and quiet."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

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


def test_opencv_says_nothing_beside_the_error(tmp_path: Path) -> None:
    picture = cv2.imencode(".png", np.eye(64, dtype=np.uint8) * 200)[1].tobytes()
    (tmp_path / "cut.png").write_bytes(picture[:80])
    command = [sys.executable, "-m", "vidstyle", "image", "cut.png", "-m", "identity"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    lines = result.stderr.splitlines()
    assert lines[0] == "identity · 1 picture"
    assert lines[1].startswith("error: cut.png is not a picture")
    assert len(lines) == 2
