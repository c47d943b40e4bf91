"""The public names, pinned: a change of them is a change that users see."""

import vidstyle


def test_the_public_names() -> None:
    assert sorted(vidstyle.__all__) == [
        "Comparison",
        "FileResult",
        "GatysOptions",
        "ImageResult",
        "LiveResult",
        "LiveStatus",
        "UsageError",
        "VidstyleError",
        "__version__",
        "compare",
        "load_stylizer",
        "stylize_file",
        "stylize_image",
        "stylize_live",
    ]
    for name in vidstyle.__all__:
        assert getattr(vidstyle, name) is not None
