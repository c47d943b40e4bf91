from typing import Any

import pytest

from vidstyle.errors import UsageError
from vidstyle.settings import parse_settings, with_settings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("data.batch=8", 8),
        ("data.batch = 8", 8),
        ("optimizer.learning_rate=1e-3", 1e-3),
        ("data.cached=true", True),
        ('data.style=["a.jpg", "b.jpg"]', ["a.jpg", "b.jpg"]),
        ('run.folder="out/1"', "out/1"),
        ("run.folder=out/train/starry night", "out/train/starry night"),
        ("run.init=out/key=1.safetensors", "out/key=1.safetensors"),
    ],
)
def test_values_are_toml_and_what_is_none_is_text(text: str, value: Any) -> None:
    assert list(parse_settings([text]).values()) == [value]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("data.batch", r"takes section.key=VALUE, for example data.batch=8, not 'data.batch'"),
        ("=8", "takes section.key=VALUE"),
        ("data.style=[a.jpg]", r"--set data.style: '\[a.jpg\]' is not TOML \("),
        ('run.folder="out', "is not TOML"),
        ("run.folder=", "--set run.folder: '' is not TOML"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        parse_settings([text])


def test_settings_win_and_the_rest_stays() -> None:
    content: dict[str, Any] = {
        "data": {"batch": 4, "crop": 128},
        "losses": {"weights": {"style": 1.0}},
    }

    changed = with_settings(
        content, {"data.batch": 8, "losses.weights.content": 2.0, "run.steps": 5}
    )

    assert changed == {
        "data": {"batch": 8, "crop": 128},
        "losses": {"weights": {"style": 1.0, "content": 2.0}},
        "run": {"steps": 5},
    }
    assert content["data"]["batch"] == 4, "the caller's tables are left alone"


def test_a_value_has_no_keys_in_it() -> None:
    with pytest.raises(UsageError, match=r"--set data.crop.size: data.crop has no keys in it"):
        with_settings({"data": {"crop": 128}}, {"data.crop.size": 3})
