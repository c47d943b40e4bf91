from pathlib import Path

import numpy as np
import pytest

from vidstyle.engines import Precision
from vidstyle.engines.compiler import CALIBRATION_PICTURES
from vidstyle.errors import VidstyleError
from vidstyle.runs.trial_pictures import trial_pictures


def test_one_real_picture_for_fp32() -> None:
    trials = trial_pictures(Precision.FP32)
    (frame,) = trials.frames(36, 64)

    assert frame.shape == (1, 36, 64, 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 20
    assert [style.shape for style in trials.styles] == [(1, 256, 256, 3)]


def test_several_that_differ_for_int8() -> None:
    trials = trial_pictures(Precision.INT8)
    frames = trials.frames(36, 64)

    assert len(frames) == CALIBRATION_PICTURES
    assert len({frame.tobytes() for frame in frames}) == len(frames)
    assert len({style.tobytes() for style in trials.styles}) == len(trials.styles) == 3


def test_without_samples_a_picture_is_drawn(tmp_path: Path) -> None:
    trials = trial_pictures(Precision.FP32, places=[tmp_path])
    (frame,) = trials.frames(36, 64)

    assert frame.shape == (1, 36, 64, 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 20


def test_without_samples_there_is_no_int8(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=rf"no harbour.mp4 in {tmp_path}: install .*fp32"):
        trial_pictures(Precision.INT8, places=[tmp_path])
