"""The scene's flow and occlusion are exact, and the committed clip is what the scene draws."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from samples.scene import Scene

CLIP = Path(__file__).parents[2] / "samples" / "harbour.mp4"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(480, 270)


def warped_back(picture: NDArray[np.uint8], flow: NDArray[np.float32]) -> NDArray[np.float32]:
    y, x = np.indices(flow.shape[:2], dtype=np.float32)
    source = picture.astype(np.float32)
    return np.asarray(cv2.remap(source, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR))


@pytest.mark.parametrize(("i", "j"), [(60, 61), (60, 70), (120, 110), (20, 80)])
def test_warping_back_by_the_flow_gives_the_frame(scene: Scene, i: int, j: int) -> None:
    back = warped_back(scene.render(j), scene.flow(i, j))
    visible = scene.visible(i, j)
    error = np.abs(back - scene.render(i)).mean(-1)[visible]
    assert visible.mean() > 0.5
    assert error.mean() < 2.0
    # A wrong motion anywhere would leave a tail of large errors.
    assert np.percentile(error, 99) < 20


@pytest.mark.parametrize(("i", "j"), [(60, 70), (120, 60)])
def test_each_layer_is_reproduced_by_its_own_flow(scene: Scene, i: int, j: int) -> None:
    back = warped_back(scene.render(j), scene.flow(i, j))
    error = np.abs(back - scene.render(i)).mean(-1)
    owner, _ = scene.owners(i)
    visible = scene.visible(i, j)
    for number, layer in enumerate(scene.layers):
        own = visible & (owner == number)
        if own.sum() > 50:
            assert np.median(error[own]) < 6, layer.name


def test_no_motion_between_a_frame_and_itself(scene: Scene) -> None:
    assert np.abs(scene.flow(33, 33)).max() < 1e-3


def test_flow_there_and_back_cancels(scene: Scene) -> None:
    there, visible = scene.flow(40, 55), scene.visible(40, 55)
    back = warped_back_flow(scene.flow(55, 40), there)
    assert np.abs(there + back)[visible].max() < 0.5


def warped_back_flow(flow: NDArray[np.float32], there: NDArray[np.float32]) -> NDArray[np.float32]:
    y, x = np.indices(there.shape[:2], dtype=np.float32)
    return np.asarray(cv2.remap(flow, x + there[..., 0], y + there[..., 1], cv2.INTER_LINEAR))


def test_some_pixels_are_hidden_and_differ(scene: Scene) -> None:
    i, j = 90, 120
    hidden = ~scene.visible(i, j)
    assert 0.02 < hidden.mean() < 0.6
    error = np.abs(warped_back(scene.render(j), scene.flow(i, j)) - scene.render(i)).mean(-1)
    assert error[hidden].mean() > 3 * error[~hidden].mean()


def test_what_leaves_the_picture_is_not_visible(scene: Scene) -> None:
    flow, visible = scene.flow(0, 209), scene.visible(0, 209)
    x = np.arange(scene.width) + flow[..., 0]
    assert (x < 0).any()
    assert not visible[x < 0].any()


def test_drawing_is_deterministic() -> None:
    first, second = Scene(128, 72), Scene(128, 72)
    np.testing.assert_array_equal(first.render(17), second.render(17))
    np.testing.assert_array_equal(first.flow(17, 30), second.flow(17, 30))


def test_shapes_and_kinds(scene: Scene) -> None:
    assert scene.render(0).shape == (270, 480, 3)
    assert scene.render(0).dtype == np.uint8
    assert scene.flow(0, 1).shape == (270, 480, 2)
    assert scene.flow(0, 1).dtype == np.float32
    assert scene.visible(0, 1).shape == (270, 480)
    assert scene.visible(0, 1).dtype == np.bool_


def test_frames_outside_the_scene_are_refused(scene: Scene) -> None:
    with pytest.raises(IndexError, match="frame 210"):
        scene.render(scene.frames)


def test_tiny_scenes_are_refused() -> None:
    with pytest.raises(ValueError, match="8×4"):
        Scene(8, 4)


def test_the_clip_has_the_scenes_size_rate_length_and_sound() -> None:
    with av.open(str(CLIP)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (1280, 720)
        assert video.average_rate == Scene.rate
        assert video.frames == Scene.frames
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        # 1 is BT.709 in each of the three, and limited range.
        context = video.codec_context
        tags = (context.colorspace, context.color_primaries, context.color_trc)
        assert tags == (1, 1, 1)
        assert context.color_range == 1
        assert (audio.codec_context.name, audio.codec_context.layout.name) == ("aac", "stereo")
        assert audio.duration is not None
        assert audio.time_base is not None
        seconds = audio.duration * audio.time_base
        assert abs(seconds - Scene.frames / Scene.rate) < Fraction(1, 20)


def test_the_clip_sounds() -> None:
    with av.open(str(CLIP)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    wave = np.concatenate(blocks, 1)
    assert 0.02 < float(np.sqrt((wave**2).mean())) < 0.5
    assert np.abs(wave).max() <= 1.0


def test_the_clip_shows_what_the_scene_draws() -> None:
    """At half the size: painting the layers in full takes too long for a test."""
    scene = Scene(640, 360)
    with av.open(str(CLIP)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index in (0, 100, 209):
                shown = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                assert psnr(halved(shown), scene.render(index)) > 28


def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA), np.uint8)


def psnr(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    error = np.mean((first.astype(np.float64) - second) ** 2)
    return float(10 * np.log10(255**2 / error))
