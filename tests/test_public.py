"""The public names, pinned: a change of them is a change that users see."""

from importlib.resources import files

import vidstyle


def test_the_public_names() -> None:
    assert sorted(vidstyle.__all__) == [
        "Comparison",
        "FileResult",
        "GatysOptions",
        "ImageResult",
        "LiveResult",
        "LiveStatus",
        "Style",
        "UsageError",
        "VidstyleError",
        "__version__",
        "compare",
        "load_stylizer",
        "serve_live",
        "stylize_file",
        "stylize_image",
        "stylize_live",
    ]
    for name in vidstyle.__all__:
        assert getattr(vidstyle, name) is not None


def test_the_public_names_are_listed_for_completion() -> None:
    assert set(vidstyle.__all__) <= set(dir(vidstyle))


def test_type_checkers_are_told_that_there_are_types() -> None:
    assert files("vidstyle").joinpath("py.typed").is_file()
