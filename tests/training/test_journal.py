from pathlib import Path

import pytest

from vidstyle.errors import VidstyleError
from vidstyle.training.journal import Journal


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", "step,total\n1,2\n,\n", "step,total\n1,2,3\n", "step,total\n1,x\n"],
    ids=["no steps", "an empty row", "a long row", "no number"],
)
def test_figures_that_are_damaged_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(text)

    with pytest.raises(VidstyleError, match=rf"cannot read {path} \(.*\): delete it to go on$"):
        Journal(tmp_path)


def test_a_file_in_the_place_of_tensorboards_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "tensorboard").touch()

    with pytest.raises(VidstyleError, match=r"cannot write into .*/tensorboard: File exists$"):
        Journal(tmp_path)
