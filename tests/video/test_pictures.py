"""Pictures on disk, single and as sequences."""

import zlib
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.video.frame import Frame
from vidstyle.video.picture_sink import PictureSink, is_picture_output
from vidstyle.video.picture_source import PictureSource, is_sequence
from vidstyle.video.pictures import pictures_in, read_picture, read_with_opacity, write_picture
from vidstyle.video.sink import SinkError
from vidstyle.video.source import Span


def picture(value: int = 10, *, width: int = 8, height: int = 6) -> np.ndarray:
    """A picture that is plainly red, so that a swap of channels shows."""
    array = np.zeros((height, width, 3), np.uint8)
    array[..., 0], array[..., 2] = 200, value
    return array


def frame(index: int, *, name: str = "") -> Frame:
    return Frame(
        picture=picture(index), index=index, pts=index, time_base=Fraction(1, 25), name=name
    )


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff"])
def test_lossless_formats_keep_every_value(tmp_path: Path, suffix: str) -> None:
    write_picture(tmp_path / f"a{suffix}", picture())
    np.testing.assert_array_equal(read_picture(tmp_path / f"a{suffix}"), picture())


@pytest.mark.parametrize("suffix", [".jpg", ".JPEG", ".webp"])
def test_lossy_formats_keep_the_colours_in_place(tmp_path: Path, suffix: str) -> None:
    write_picture(tmp_path / f"a{suffix}", picture())
    red, _, blue = read_picture(tmp_path / f"a{suffix}").mean((0, 1))
    assert red > 180
    assert blue < 40


def test_a_file_that_is_no_picture_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UsageError, match=r"notes\.txt is not a picture"):
        read_picture(tmp_path / "notes.txt")


def test_a_missing_picture_suggests_the_nearest_name(tmp_path: Path) -> None:
    write_picture(tmp_path / "starry.png", picture())
    with pytest.raises(UsageError, match=r"did you mean 'starry.png'"):
        read_picture(tmp_path / "stary.png")


def test_numbers_are_in_the_order_of_counting(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        write_picture(tmp_path / f"{number}.png", picture())
    assert [path.name for path in pictures_in(tmp_path)] == ["1.png", "2.png", "10.png"]


def test_a_raised_digit_is_no_number(tmp_path: Path) -> None:
    for name in ("1²3.png", "1.png"):
        write_picture(tmp_path / name, picture())
    assert len(pictures_in(tmp_path)) == 2


@pytest.mark.parametrize("pattern", [".", "*.png", "%03d.png", "%d.png"])
def test_a_sequence_is_found_by_folder_wildcard_and_number(tmp_path: Path, pattern: str) -> None:
    for number in range(12):
        write_picture(tmp_path / f"{number:03d}.png", picture(number))
    where = tmp_path / pattern
    assert is_sequence(where)
    source = PictureSource(where)
    assert [f.rgb[0, 0, 2] for f in source] == list(range(12))
    assert source.info.frames == 12


def test_a_part_of_a_sequence(tmp_path: Path) -> None:
    for number in range(10):
        write_picture(tmp_path / f"{number}.png", picture(number))
    span = Span(Fraction(2, 25), Fraction(5, 25))
    assert [f.rgb[0, 0, 2] for f in PictureSource(tmp_path, span=span)] == [2, 3, 4]


def test_a_part_begins_and_ends_by_time(tmp_path: Path) -> None:
    for number in range(10):
        write_picture(tmp_path / f"{number}.png", picture(number))
    span = Span(Fraction("0.05"), Fraction("0.1"))  # Frames are at 0, 0.04, 0.08, 0.12.
    assert [f.rgb[0, 0, 2] for f in PictureSource(tmp_path, span=span)] == [2]


@pytest.mark.parametrize("broken", [0, 1])
def test_broken_pictures_are_left_out_and_counted(tmp_path: Path, broken: int) -> None:
    for number in range(3):
        write_picture(tmp_path / f"{number}.png", picture(number))
    (tmp_path / f"{broken}.png").write_bytes(b"broken")
    source = PictureSource(tmp_path)
    assert [f.pts for f in source] == [number for number in range(3) if number != broken]
    assert source.notes == ["1 pictures could not be read and were left out"]


def test_a_sequence_of_broken_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0.png").write_bytes(b"broken")
    with pytest.raises(VidstyleError, match="none of the pictures could be read"):
        PictureSource(tmp_path)


def test_an_empty_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pictures"):
        PictureSource(tmp_path)


def test_a_new_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    sink = PictureSink(tmp_path / "out")
    sink.write(frame(0))
    sink.write(frame(1, name="b"))
    assert not (tmp_path / "out").exists()
    sink.close()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["000001.png", "b.png"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_existing_folder_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    sink = PictureSink(tmp_path / "out" / "%03d.jpg")
    sink.write(frame(0))
    sink.close()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["001.jpg", "notes.txt"]


def test_older_pictures_in_the_folder_are_told(tmp_path: Path) -> None:
    for count in (3, 2):
        sink = PictureSink(tmp_path / "out")
        for index in range(count):
            sink.write(frame(index))
        sink.close()
    assert sink.notes == [f"1 pictures that were in {tmp_path / 'out'} before are there still"]


def test_an_aborted_sink_leaves_nothing(tmp_path: Path) -> None:
    sink = PictureSink(tmp_path / "out")
    sink.write(frame(0))
    sink.abort()
    assert list(tmp_path.iterdir()) == []


def test_without_a_picture_there_is_no_folder(tmp_path: Path) -> None:
    PictureSink(tmp_path / "out").close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_needs_no_place_beside_it(tmp_path: Path) -> None:
    """It may be another disk, and what lies beside it read-only."""
    (tmp_path / "out").mkdir()
    sink = PictureSink(tmp_path / "out")
    sink.write(frame(0))
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    sink.close()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["000001.png"]


def test_a_picture_that_cannot_take_its_place_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "out" / "000001.png").mkdir(parents=True)
    sink = PictureSink(tmp_path / "out")
    sink.write(frame(0))
    with pytest.raises(SinkError, match=r"cannot write into .*out: "):
        sink.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("out", True),
        ("out.d/", True),
        ("%03d.png", True),
        ("%d.JPG", True),
        ("out.mp4", False),
        ("%03d.mp3", False),
        ("my%20dog.mp4", False),
        ("my%20dog.png", False),
    ],
)
def test_what_counts_as_an_output_of_pictures(tmp_path: Path, name: str, expected: bool) -> None:
    assert is_picture_output(f"{tmp_path}/{name}") is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("%04d.png", True),
        ("shot [1-3].png", True),
        ("*.[jp]*g", True),
        ("shot1_*", True),
        ("my%20dog.mp4", False),
        ("film [2].mp4", False),
    ],
)
def test_what_counts_as_a_pattern_of_pictures(tmp_path: Path, name: str, expected: bool) -> None:
    assert is_sequence(tmp_path / name) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%03d.png", ["001", "002"]),
        ("*[0-9].*", ["001", "002"]),
        ("001*", ["001", "001_mask"]),
    ],
)
def test_a_pattern_takes_what_it_says_and_no_more(
    tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    for name in ("001.png", "001_mask.png", "002.png"):
        write_picture(tmp_path / name, picture())
    (tmp_path / "001.txt").write_text("no picture")
    assert [f.name for f in PictureSource(tmp_path / pattern)] == expected


def test_pictures_of_one_name_are_numbered(tmp_path: Path) -> None:
    for name in ("a.png", "a.bmp", "b.png"):
        write_picture(tmp_path / name, picture())
    assert [f.name for f in PictureSource(tmp_path)] == ["", "", ""]
    (tmp_path / "a.bmp").unlink()
    assert [f.name for f in PictureSource(tmp_path)] == ["a", "b"]


def test_a_picture_of_too_many_pixels_is_one_clear_line(tmp_path: Path) -> None:
    small = cv2.imencode(".png", picture())[1].tobytes()
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + small[24:29]
    checked = header + zlib.crc32(header).to_bytes(4, "big")
    (tmp_path / "huge.png").write_bytes(small[:12] + checked + small[33:])
    with pytest.raises(UsageError, match=r"huge\.png has more pixels than can be read"):
        read_picture(tmp_path / "huge.png")


def test_a_picture_too_large_for_its_format_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"20000x1 pixels are too many for \.webp: use \.png"):
        write_picture(tmp_path / "a.webp", picture(width=20_000, height=1))
    assert not list(tmp_path.iterdir())


def test_a_name_too_long_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"cannot write .*: File name too long"):
        write_picture(tmp_path / ("x" * 250 + ".png"), picture())


def test_an_unwritable_place_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(VidstyleError, match=r"no such file or directory|cannot write"):
        write_picture(tmp_path / "missing" / "a.png", picture())


def test_a_rotated_photo_is_read_upright(tmp_path: Path) -> None:
    """EXIF orientation 6: stored lying on its side, meant to be turned clockwise."""
    upright = np.zeros((16, 32, 3), np.uint8)
    upright[:, :16] = 255
    stored = cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE)
    jpeg = cv2.imencode(".jpg", stored)[1].tobytes()
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    exif = b"Exif\x00\x00" + tiff + b"\x00\x00\x00\x00"
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    (tmp_path / "photo.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])
    seen = read_picture(tmp_path / "photo.jpg")
    assert seen.shape == (16, 32, 3)
    assert seen[:, :12].mean() > 200
    assert seen[:, 20:].mean() < 50


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_opacity_is_read_in_eight_bits(tmp_path: Path, dtype: type[np.unsignedinteger]) -> None:
    most = np.iinfo(dtype).max
    bgra = np.zeros((6, 8, 4), dtype)
    bgra[:, :, 2] = most
    bgra[:, :4, 3] = most
    cv2.imwrite(str(tmp_path / "a.png"), bgra)
    rgb, opacity = read_with_opacity(tmp_path / "a.png")
    assert opacity is not None
    assert (opacity[:, :4].min(), opacity[:, 4:].max()) == (255, 0)
    np.testing.assert_array_equal(rgb, np.broadcast_to(np.array([255, 0, 0], np.uint8), (6, 8, 3)))


def test_what_is_opaque_throughout_has_no_opacity(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", picture(), np.full((6, 8), 255, np.uint8))
    assert read_with_opacity(tmp_path / "a.png")[1] is None


def test_pictures_of_another_shape_are_letterboxed(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", picture(width=32, height=16))
    write_picture(tmp_path / "2.png", picture(width=64, height=32))
    write_picture(tmp_path / "3.png", picture(width=16, height=32))
    source = PictureSource(tmp_path)
    frames = list(source)
    assert [frame.rgb.shape for frame in frames] == [(16, 32, 3), (32, 64, 3), (16, 32, 3)]
    assert frames[2].rgb[:, :11].max() == 0
    assert (frames[2].rgb[:, 12:20, 0] == 200).all()
    assert source.notes == ["frames of another shape than the first are letterboxed in it"]


def test_transparency_of_a_sequence_is_told(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", picture(), np.full((6, 8), 90, np.uint8))
    assert PictureSource(tmp_path).notes == [
        "transparency is dropped: the output has no alpha channel"
    ]
