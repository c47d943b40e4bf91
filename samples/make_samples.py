"""Draws every sample: the clip of the harbour and the style pictures.

python samples/make_samples.py                everything, beside this file
python samples/make_samples.py harbour ink    these alone
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
if __name__ == "__main__":
    # Run as a script: `samples` is imported from the folder that holds it.
    sys.path.insert(0, str(FOLDER.parent))

from samples import ink, mosaic, starry, woodcut  # noqa: E402
from samples.clip import write_clip  # noqa: E402
from samples.scene import Scene  # noqa: E402

STYLES: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "starry": starry.draw,
    "mosaic": mosaic.draw,
    "ink": ink.draw,
    "woodcut": woodcut.draw,
}


def write_style(name: str, path: Path) -> None:
    """Draw one style picture and store it as a JPEG."""
    picture = STYLES[name]()
    bgr = np.ascontiguousarray(picture[..., ::-1])
    if not cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, 91]):
        raise OSError(f"cannot write {path}")


def main(names: list[str]) -> None:
    """Draw the samples of these names, or all of them."""
    known = ["harbour", *STYLES]
    for name in names or known:
        if name not in known:
            raise SystemExit(f"there is no sample {name!r}: {', '.join(known)} are")
        if name == "harbour":
            write_clip(Scene(), FOLDER / "harbour.mp4")
        else:
            write_style(name, FOLDER / f"{name}.jpg")


if __name__ == "__main__":
    main(sys.argv[1:])
