"""From a training run to the files of the package."""

import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray

from benchmarks.ship_weights import ship as ship_module
from benchmarks.ship_weights.fitted_codes import OnStep
from benchmarks.ship_weights.run import Run
from benchmarks.ship_weights.ship import Fitting, ship
from tests.stylizers.lite_weights import adain_lite_weights, slim_johnson_weights
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.training.config import TrainingConfig
from vidstyle.video.pictures import write_picture
from vidstyle.weights.manifest import Manifest
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import ADAIN_LITE, StyleCodes

CONFIG = """
[run]
folder = "out"
steps = 2

[data]
content = ["content"]
style = ["style.png"]

[network]
kind = "slim-johnson"
half = 4
quarter = 8
eighth = 8
quarter_blocks = [1, 1]
eighth_blocks = 1
mixing_rank = 2

[losses]
weights = { content = 1.0 }
"""
MANIFEST = """file,work_and_licence
night.png,"Someone 1889, PD"
day.png,"Someone 1890, The Met CC0"
"""
GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A finished run of slim-johnson, in a repository of its own."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    noise = np.random.default_rng(0)
    for name in ("content/0.png", "style.png", "samples/mosaic.jpg", *PAINTINGS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_picture(tmp_path / name, noise.integers(0, 255, (64, 80, 3), np.uint8))
    (tmp_path / "paintings_manifest.csv").write_text(MANIFEST)
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "files").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "losses.csv").write_text("step,content,learning_rate\n1,3,1\n2,5,1\n")
    slim_johnson_weights(tmp_path / "out" / "network.safetensors")
    subprocess.run([*GIT, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*GIT, "commit", "-q", "--allow-empty", "-m", "1"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return Run(folder=Path("out"), config=Path("config.toml"), root=tmp_path)


PAINTINGS = ("paintings/night.png", "paintings/day.png")


def of_adain(run: Run) -> Run:
    """The run, as if it had trained an adain-lite."""
    network = 'kind = "adain-lite"\nstyle_width = 4\nstyle_hidden = 16'
    run.config.write_text(CONFIG.replace('kind = "slim-johnson"', network))
    adain_lite_weights(run.weights)
    return replace(run)


def shipped(run: Run, name: str, *, unfinished: bool = False) -> list[str]:
    """The names of the files that shipping has written into files/."""
    paths = ship(
        run,
        name,
        figures={"style": 0.4},
        paintings=Path("paintings"),
        unfinished=unfinished,
        folder=Path("files"),
    )
    return sorted(path.name for path in paths)


def card(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(Path("files", f"{name}.toml").read_text())


def test_a_style_of_johnson(run: Run) -> None:
    assert shipped(run, "johnson-night") == ["johnson-night.safetensors", "johnson-night.toml"]

    store = WeightStore(manifest=Manifest.read(Path("files/johnson-night.toml")), folders=[])
    entry = store.manifest.entry("johnson-night")
    assert (entry.architecture, entry.licence) == ("slim-johnson", "Apache-2.0")
    assert Path("files", entry.file).read_bytes() == run.weights.read_bytes()
    facts = card("johnson-night")
    assert facts["training"]["command"] == "vidstyle train config.toml"
    assert facts["training"]["content"] == "1 of content"
    assert facts["training"]["style"] == "style.png"
    assert len(str(facts["training"]["commit"])) == 40
    assert facts["losses"] == {"content": 4}
    assert facts["figures"]["style"] == 0.4


def test_adain_goes_with_the_codes_of_its_named_styles(run: Run) -> None:
    assert shipped(of_adain(run), ADAIN_LITE) == [
        "adain-lite-styles.safetensors",
        "adain-lite-styles.toml",
        "adain-lite.safetensors",
        "adain-lite.toml",
    ]

    cards = sorted(Path("files").glob("*.toml"))
    codes = StyleCodes.find(WeightStore(manifest=Manifest.read(*cards), folders=[Path("files")]))
    assert codes is not None
    assert codes.names == ("day", "mosaic", "night")
    assert card("adain-lite-styles")["works"]["day"] == "Someone 1890, The Met CC0"
    figures = card(ADAIN_LITE)["figures"]
    assert figures["parameters"] > figures["parameters_per_frame"]  # type: ignore[operator]


def test_settings_of_the_run_count(run: Run) -> None:
    run.config.write_text(CONFIG.replace("steps = 2", "steps = 9"))
    shipped(replace(run, settings=("run.steps=2",)), "johnson-night")

    command = card("johnson-night")["training"]["command"]
    assert command == "vidstyle train config.toml --set 'run.steps=2'"


def refusal(run: Run, name: str = "johnson-night") -> str:
    """Why the run cannot be shipped; nothing has been written."""
    with pytest.raises(VidstyleError) as caught:
        shipped(run, name)
    assert list(Path("files").iterdir()) == []
    return str(caught.value)


def test_a_run_that_is_not_finished_is_refused_unless_asked_for(run: Run) -> None:
    run.config.write_text(CONFIG.replace("steps = 2", "steps = 9"))

    assert "is not finished: step 2 of 9" in refusal(run)
    assert shipped(run, "johnson-night", unfinished=True)


def test_a_run_of_another_configuration_is_refused(run: Run) -> None:
    run.config.write_text(CONFIG.replace("eighth = 8", "eighth = 16"))

    assert "is not of config.toml: eighth is 8, not 16" in refusal(run)


def test_a_configuration_that_nobody_has_is_refused(run: Run, tmp_path: Path) -> None:
    assert "is not in the repository" in refusal(replace(run, root=tmp_path / "out"))


def test_paths_of_the_machine_are_refused(run: Run, tmp_path: Path) -> None:
    settings = (f'data.style=["{tmp_path}/style.png"]',)

    assert "is a path of this machine" in refusal(replace(run, settings=settings))


def test_a_commit_that_git_does_not_know_is_refused(run: Run) -> None:
    assert "git knows no commit abcdef" in refusal(replace(run, commit="abcdef"))


def test_codes_are_fitted_by_settings_of_their_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[TrainingConfig, int, Sequence[float]]] = []

    def fitted(
        _network: AdaINLite,
        codes: NDArray[np.float32],
        _pictures: Sequence[Path],
        *,
        training: TrainingConfig,
        steps: int,
        nearness: Sequence[float],
        on_step: OnStep,
    ) -> NDArray[np.float32]:
        seen.append((training, steps, nearness))
        return codes + 1

    monkeypatch.setattr(ship_module, "fitted_codes", fitted)
    ship(
        of_adain(run),
        ADAIN_LITE,
        figures={},
        paintings=Path("paintings"),
        fitting=Fitting(
            steps=7,
            nearness=0.3,
            nearness_of={"mosaic": 0.4},
            settings=["losses.weights.content=0.2"],
        ),
        folder=Path("files"),
    )
    ((training, steps, nearness),) = seen
    assert (training.losses.weights["content"], steps) == (0.2, 7)
    assert nearness == [0.3, 0.4, 0.3]
    assert card("adain-lite-styles")["network"]["source"] == (
        "made with adain-lite, fitted for 7 steps --set losses.weights.content=0.2 "
        "to a style loss of 0.3 (mosaic: 0.4)"
    )
    # The network itself was trained otherwise.
    assert card("adain-lite")["training"]["command"] == "vidstyle train config.toml"


def shipped_codes(trained: Run, fitting: Fitting) -> dict[str, NDArray[np.float16]]:
    """The codes of named styles that are in files/ after shipping."""
    folder = Path("files")
    ship(
        trained,
        ADAIN_LITE,
        figures={},
        paintings=Path("paintings"),
        fitting=fitting,
        folder=folder,
    )
    return safetensors.numpy.load_file(folder / "adain-lite-styles.safetensors")


def test_codes_may_be_shipped_alone(run: Run) -> None:
    trained = of_adain(run)
    assert shipped(trained, "adain-lite-styles") == [
        "adain-lite-styles.safetensors",
        "adain-lite-styles.toml",
    ]


def test_one_style_is_fitted_further_and_the_others_stay(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted(
        _network: AdaINLite,
        codes: NDArray[np.float32],
        pictures: Sequence[Path],
        **_options: object,
    ) -> NDArray[np.float32]:
        assert len(codes) == len(pictures)
        return codes + 1

    trained = of_adain(run)

    monkeypatch.setattr(ship_module, "fitted_codes", fitted)
    further = Fitting(steps=7, only=["mosaic"], nearness_of={"mosaic": 0.4})
    with pytest.raises(VidstyleError, match="fit all styles first"):
        shipped_codes(trained, further)

    first = shipped_codes(trained, Fitting(steps=5))
    then = shipped_codes(trained, further)

    assert len(first) == 3
    for name, code in first.items():
        np.testing.assert_allclose(then[name], code + (name == "mosaic"), atol=2e-3)
    assert card("adain-lite-styles")["network"]["source"] == (
        "made with adain-lite, fitted for 5 steps, mosaic further fitted for 7 steps (mosaic: 0.4)"
    )


@pytest.mark.parametrize(
    "fitting", [Fitting(steps=7, nearness_of={"mosiac": 0.4}), Fitting(steps=7, only=["mosiac"])]
)
def test_what_is_no_style_is_not_fitted(run: Run, fitting: Fitting) -> None:
    trained, folder = of_adain(run), Path("files")
    shipped_codes(trained, Fitting())
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UsageError, match=r"mosiac is no style.*did you mean 'mosaic'"):
        shipped_codes(trained, fitting)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["adain-lite", "ink"])
def test_a_name_that_does_not_fit_is_refused(run: Run, name: str) -> None:
    assert f"a network of slim-johnson cannot be called {name}" in refusal(run, name)
    assert "a network of adain-lite cannot be called johnson-ink" in refusal(
        of_adain(run), "johnson-ink"
    )


def test_a_name_that_is_taken_is_refused(run: Run) -> None:
    assert "johnson-candy is the name of a network that is not ours" in refusal(
        run, "johnson-candy"
    )


def test_styles_of_another_size_are_refused(run: Run) -> None:
    run = of_adain(run)
    run.config.write_text(run.config.read_text().replace("[data]", "[data]\nstyle_size = 128"))

    assert "styles of 128 pixels: runs encode at 256" in refusal(run, ADAIN_LITE)


def test_a_network_that_paints_nothing_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship_module, "_FLAT", 300.0)

    assert "paints nothing" in refusal(run)


def test_a_picture_without_a_licence_is_refused(run: Run) -> None:
    Path("paintings_manifest.csv").write_text(MANIFEST.replace("CC0", "all rights reserved"))

    assert "day.png is not known to be in the public domain" in refusal(of_adain(run), ADAIN_LITE)


def test_too_much_in_all_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship_module, "LARGEST", 1000)

    assert "all shipped weights would take" in refusal(run)
