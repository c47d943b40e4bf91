from pathlib import Path

import pytest

from vidstyle.errors import UsageError
from vidstyle.video.codecs import ENCODERS, Codec, codec_for, container_format


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("a.mp4", None, Codec.H264),
        ("a.MKV", None, Codec.H264),
        ("a.webm", None, Codec.VP9),
        ("a.gif", None, Codec.GIF),
        ("a.webm", Codec.AV1, Codec.AV1),
        ("a.mov", Codec.PRORES, Codec.PRORES),
    ],
)
def test_a_codec_that_fits_the_file(name: str, wanted: Codec | None, expected: Codec) -> None:
    assert codec_for(Path(name), wanted) is expected


@pytest.mark.parametrize(
    ("name", "wanted"), [("a.webm", Codec.H264), ("a.mp4", Codec.GIF), ("a.mp4", Codec.PNG)]
)
def test_a_codec_that_does_not_fit_says_where_it_would(name: str, wanted: Codec) -> None:
    with pytest.raises(UsageError, match=rf"{wanted.value} does not go into .*: write to "):
        codec_for(Path(name), wanted)


def test_hevc_may_be_called_h265() -> None:
    assert Codec.parse("H265") is Codec.HEVC


def test_an_unknown_suffix_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'a\.xyz': use a name that ends in \.mp4, "):
        container_format(Path("a.xyz"))


@pytest.mark.parametrize("codec", list(ENCODERS))
def test_better_quality_never_asks_for_less(codec: Codec) -> None:
    factors = [int(ENCODERS[codec].options_for(quality).get("crf", 0)) for quality in (0, 50, 100)]
    assert factors == sorted(factors, reverse=True)


def test_fast_encoding_changes_the_effort_alone() -> None:
    usual, fast = (ENCODERS[Codec.H264].options_for(75, fast=fast) for fast in (False, True))

    assert fast == {**usual, "preset": "superfast"}
