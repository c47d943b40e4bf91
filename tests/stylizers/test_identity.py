import numpy as np

from vidstyle.stylizers.identity import Identity
from vidstyle.stylizers.style import Style


def test_nothing_is_changed() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 3, 5, 3), np.uint8)
    stylizer = Identity()
    stylizer.set_style([Style(name="any")])
    stylizer.reset()

    assert np.array_equal(stylizer.stylize(frames), frames)
    assert stylizer.info == "identity"
