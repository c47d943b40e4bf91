"""Paints what the yardstick measures, and keeps it: the same weights are not run twice."""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.candidates import Candidate
from benchmarks.yardstick import (
    CLIP_STYLE_SIDE,
    ClipScore,
    Pair,
    PictureScore,
    read_frames,
    score_clip,
    score_pictures,
    square,
    write_frames,
)
from vidstyle.files import write_whole
from vidstyle.video.pictures import write_picture


def picture_score(candidate: Candidate, pairs: Sequence[Pair], *, work: Path) -> PictureScore:
    """The score of a network on pairs, whose contents lie in one folder and styles in another."""
    names = "\n".join(pair.name for pair in pairs)
    digest = hashlib.sha256(names.encode()).hexdigest()[:8]
    folder = work / "pictures" / candidate.key / f"{len(pairs)}-{digest}"
    kept = folder / "score.json"
    if kept.exists():
        return PictureScore(**json.loads(kept.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    for pair in sorted(pairs, key=lambda pair: pair.style):
        candidate.set_style(square(pair.style), name=pair.style.stem)
        write_picture(folder / f"{pair.name}.png", candidate.paint(square(pair.content)))
    with tempfile.TemporaryDirectory() as styles:
        # By themselves: the yardstick goes by stems, and mosaic.py may lie beside mosaic.jpg.
        for style in {pair.style for pair in pairs}:
            (Path(styles) / style.name).symlink_to(style.resolve())
        score = score_pictures(pairs[0].content.parent, Path(styles), folder)
    write_whole(kept, json.dumps(asdict(score)).encode())
    return score


def clip_score(candidate: Candidate, source: Path, style: Path, *, work: Path) -> ClipScore:
    """The score of a network on a clip, painted frame by frame after a style picture."""
    folder = work / "clips" / candidate.key
    kept = folder / f"{source.stem}__{style.stem}.json"
    if kept.exists():
        return ClipScore(**json.loads(kept.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    candidate.set_style(square(style, CLIP_STYLE_SIDE), name=style.stem)
    output = kept.with_suffix(".mp4")
    write_frames(output, [candidate.paint(frame) for frame in read_frames(source)])
    score = score_clip(source, output, style=style)
    write_whole(kept, json.dumps(asdict(score)).encode())
    return score
