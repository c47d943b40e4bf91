from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import stylised
from benchmarks.candidates import Candidate, open_candidate
from benchmarks.contact_sheet import contact_sheet
from benchmarks.quality import clip_rows, clip_table, shifted
from benchmarks.stylised import picture_score
from benchmarks.tables import markdown_table
from benchmarks.yardstick import ClipScore, Pair, PictureScore, square
from vidstyle.stylizers import Style
from vidstyle.stylizers.identity import Identity
from vidstyle.video.pictures import read_picture, write_picture


def pictures(folder: Path, *names: str) -> list[Path]:
    """Small random pictures."""
    folder.mkdir()
    random = np.random.default_rng(len(names))
    for name in names:
        write_picture(folder / f"{name}.png", random.integers(0, 256, (40, 48, 3), np.uint8))
    return [folder / f"{name}.png" for name in names]


def test_tables_are_markdown() -> None:
    table = markdown_table(("a", "b", "c", "d"), [("x", 0.12345, 12345, None)])
    assert table.splitlines() == [
        "| a | b | c | d |",
        "| --- | --- | --- | --- |",
        "| x | 0.123 | 12,345 | – |",
    ]


def test_every_pair_is_painted_once(
    tmp_path: Path, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = pictures(tmp_path / "content", "cat", "dog")
    styles = pictures(tmp_path / "style", "sea", "sky")
    # What the yardstick could take for the style: it goes by stems.
    (tmp_path / "style" / "sea.py").touch()
    pairs = [Pair(content, style) for content in contents for style in styles]
    asked: list[tuple[Path, set[str], Path]] = []

    def scored(content: Path, style: Path, output: Path) -> PictureScore:
        asked.append((content, {path.name for path in style.iterdir()}, output))
        return PictureScore(pairs=4, style=0.5, content=0.6, ssim=0.7)

    monkeypatch.setattr(stylised, "score_pictures", scored)
    candidate = open_candidate(str(tiny_weights))
    first = picture_score(candidate, pairs, work=tmp_path / "work")
    assert first == picture_score(candidate, pairs, work=tmp_path / "work")
    ((content, names, output),) = asked
    assert (content, names) == (tmp_path / "content", {style.name for style in styles})
    assert {path.name for path in output.glob("*.png")} == {f"{pair.name}.png" for pair in pairs}
    assert read_picture(output / "cat__sea.png").shape == (256, 256, 3)
    # Other pairs are not mixed with these.
    picture_score(candidate, pairs[:1], work=tmp_path / "work")
    assert asked[1][2] != output


def test_clips_are_divided_by_the_baselines(
    tmp_path: Path, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = open_candidate(str(tiny_weights))
    scores = {
        "baseline": ClipScore(excess_1=0.01, excess_10=0.0, style=0.4, content=0.7),
        "ours": ClipScore(excess_1=0.004, excess_10=0.002, style=0.3, content=0.6),
    }

    def scored(each: Candidate, _source: Path, _style: Path, *, work: Path) -> ClipScore:
        return scores[each.name]

    monkeypatch.setattr("benchmarks.quality.clip_score", scored)
    candidates = [replace(candidate, name=name) for name in scores]
    rows = list(clip_rows(candidates, [Path("a.mp4")], [Path("sea.jpg")], work=tmp_path))
    assert [row["excess_1_ratio"] for row in rows] == [1.0, 0.4]
    # Where the baseline adds nothing, there is nothing to divide by.
    assert rows[1]["excess_10_ratio"] is None
    assert clip_table(rows).splitlines()[-1] == (
        "| a | sea | ours | 0.0040 | 0.0020 | 0.300 | 0.600 | 0.400 | – | 0.750 |"
    )


def test_a_sheet_has_a_column_for_each_style_and_network(
    tmp_path: Path, tiny_weights: Path
) -> None:
    photographs = pictures(tmp_path / "content", "cat", "dog", "owl")
    styles = pictures(tmp_path / "style", "sea", "sky")
    any_style = open_candidate(str(tiny_weights))
    one_style = replace(any_style, own_style=Style(name="sea", picture=read_picture(styles[0])))
    sheet = contact_sheet([any_style, one_style], photographs, styles, side=64)
    assert sheet.shape == (4 * 68, (1 + 2 + 1) * 68, 3)
    # The photographs stand at the left, the style pictures above.
    for row, photograph in enumerate(photographs, start=1):
        assert np.array_equal(sheet[68 * row :, :64][:64], square(photograph, 64))
    for column, style in ((1, styles[0]), (2, styles[1])):
        assert np.array_equal(sheet[:40, 68 * column :][:, :64], square(style, 64)[:40])


def test_paint_that_moves_with_the_frame_does_not_change(tiny_weights: Path) -> None:
    candidate = open_candidate(str(tiny_weights))
    frame = np.random.default_rng(0).integers(0, 256, (80, 96, 3), np.uint8)

    class Bound(Identity):
        """Marks every eighth column of whatever it is given."""

        def stylize(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
            painted = frames.copy()
            painted[:, :, ::8] = 0
            return painted

    assert shifted(replace(candidate, stylizer=Identity()), [frame], 3) == 0
    bound = replace(candidate, stylizer=Bound())
    assert shifted(bound, [frame], 8) == 0
    assert shifted(bound, [frame], 3) > 0.1
