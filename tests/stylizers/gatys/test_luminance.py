import numpy as np

from vidstyle.stylizers.gatys.luminance import fitted_luma, grey


def test_grey_is_the_luma_in_all_channels() -> None:
    frames = np.zeros((2, 3, 4, 3), np.uint8)
    frames[1] = (255, 0, 0)

    found = grey(frames)

    assert found.shape == frames.shape
    assert np.unique(found[1]).tolist() == [76]


def test_a_style_gets_the_light_of_the_content() -> None:
    draw = np.random.default_rng(0)
    content = np.clip(draw.normal(170, 20, (60, 50, 3)), 0, 255).astype(np.uint8)
    style = np.clip(draw.normal(60, 35, (40, 70, 3)), 0, 255).astype(np.uint8)

    fitted = fitted_luma(style, content).astype(float)

    wanted = grey(content[np.newaxis]).astype(float)
    assert abs(fitted.mean() - wanted.mean()) < 1
    assert abs(fitted.std() - wanted.std()) < 1


def test_a_flat_style_stays_flat() -> None:
    flat = np.full((8, 8, 3), 30, np.uint8)
    content = np.full((8, 8, 3), 200, np.uint8)

    assert np.unique(fitted_luma(flat, content)).tolist() == [200]
