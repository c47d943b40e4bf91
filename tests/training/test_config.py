from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import MakeConfig
from vidstyle.errors import UsageError
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.temporal.known_motion import KnownMotion
from vidstyle.training.config import TemporalSection, parse_config, read_config
from vidstyle.training.network_sections import AdaINLiteSection, LiteSection, SlimJohnsonSection

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_published_config_is_valid(path: Path) -> None:
    assert read_config(path).run.steps > 0


@pytest.mark.parametrize(
    ("section", "change", "complaint"),
    [
        ("data", {"crops": 128}, "unknown key data.crops (did you mean 'crop'?)"),
        ("run", {"steps": 0}, "run.steps is 0: input should be greater than 0"),
        ("network", {"kind": "adain"}, "network is {'kind': 'adain'}: input tag 'adain'"),
        ("network", {"kind": "johnson", "widht": 8}, "unknown key network.widht (did you mean"),
        ("losses", {"style": "gramm"}, "losses.style is 'gramm': input should be 'balanced'"),
        ("run", {"seed": 2**63}, "run.seed is 9223372036854775808: input should be less than"),
        ("run", {"folder": "a\0b"}, "run.folder is 'a\\x00b': a path cannot hold a NUL character"),
        ("data", {"content": [""]}, "data.content.0 is '': a path cannot be empty"),
        ("network", {"kind": "johnson", "width": 9999}, "width is 9999: input should be less than"),
        ("network", {"kind": "slim-johnson", "quarter_blocks": [-1, 0]}, "quarter_blocks.0 is -1:"),
        ("optimizer", {"betas": [2.0, 0.9]}, "optimizer.betas.0 is 2.0: input should be less than"),
        ("optimizer", {"betas": [-1, 0.9]}, "optimizer.betas.0 is -1: input should be greater"),
        ("optimizer", {"betas": [0.9, float("nan")]}, "optimizer.betas.1 is nan: input should be"),
        ("optimizer", {"learning_rate": float("inf")}, "rate is inf: input should be a finite"),
        ("losses", {"weights": {"style": float("inf")}}, "weights.style is inf: input should be"),
        ("data", {"limit": True}, "config: data.limit is true or false: it takes a number"),
        ("optimizer", {"betas": [False, 0.9]}, "optimizer.betas.0 is true or false: it takes a"),
        ("losses", {"weights": {"style": True}}, "losses.weights.style is true or false: it takes"),
        ("data", {"size": 10**6}, "data.size is 1000000: input should be less than or equal to"),
        ("losses", {"content_layers": []}, "losses.content_layers is []: list should have at"),
        ("losses", {"style_layers": []}, "losses.style_layers is []: list should have at least 1"),
        ("data", {"style": "a.jpg"}, "data.style is 'a.jpg': it must be a list, such as ['a.jpg']"),
        ("data", {"batch": 10**9}, "data.batch is 1000000000: input should be less than or equal"),
        ("losses", {"weights": 3}, "losses.weights is 3: it must be a table, of keys and their"),
        (
            "temporal",
            {"cutout_size": [0.5, 0.1]},
            "temporal.cutout_size is [0.5, 0.1]: the smallest must come first",
        ),
        ("optimiser", {}, "unknown key optimiser (did you mean 'optimizer'?)"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    make_config: MakeConfig, section: str, change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make_config(**{section: change})

    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_value_in_the_place_of_a_section_is_told() -> None:
    with pytest.raises(UsageError, match="run is 3: it must be a table, of keys and their values"):
        parse_config({"run": 3})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match=r"config: run is missing"):
        parse_config({})


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[run\n")

    with pytest.raises(UsageError, match=r"config\.toml is not TOML: "):
        read_config(path)
    with pytest.raises(UsageError, match=r"cannot read .*: No such file"):
        read_config(tmp_path / "other.toml")


def test_settings_win(tmp_path: Path) -> None:
    path = next(CONFIGS.glob("*.toml"))

    config = read_config(path, settings={"run.folder": tmp_path, "data.batch": 3})

    assert (config.run.folder, config.data.batch) == (tmp_path, 3)


def test_a_mistake_in_a_setting_names_it() -> None:
    path = next(CONFIGS.glob("*.toml"))

    with pytest.raises(UsageError, match=r"\.toml with data.bach: unknown key data.bach \(did you"):
        read_config(path, settings={"data.bach": 3})


@pytest.mark.parametrize("section", [AdaINLiteSection, SlimJohnsonSection])
def test_trunks_that_are_not_named_are_as_in_their_shape(section: type[LiteSection]) -> None:
    defaults = {name: field.default for name, field in section.model_fields.items()}

    assert asdict(LiteShape()).items() <= defaults.items()


def test_motion_that_is_not_named_is_as_in_known_motion() -> None:
    assert TemporalSection().model_dump(exclude={"pictures"}) == asdict(KnownMotion())
