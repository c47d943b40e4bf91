"""What this machine has for vidstyle."""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import av

from vidstyle import __version__
from vidstyle.engines.store import EngineStore
from vidstyle.errors import VidstyleError
from vidstyle.video.cameras import list_cameras
from vidstyle.video.codecs import ENCODERS, is_available
from vidstyle.weights.manifest import SHIPPED, WeightsEntry
from vidstyle.weights.store import FOLDERS_VARIABLE, WeightStore


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked for."""

    what: str
    value: str
    good: bool = True
    advice: str = ""
    """What to do where it is missing."""
    needed: bool = False
    """Whether nothing works without it."""


def examine() -> list[Finding]:
    """Look at Python, PyTorch, OpenVINO, engines, TensorRT, the encoders, cameras and weights."""
    return [
        Finding(what="vidstyle", value=__version__),
        _python(),
        *_torch(),
        _openvino(),
        _engines(),
        _tensorrt(),
        _ffmpeg(),
        *_encoders(),
        _cameras(),
        *_weights(),
    ]


def _python() -> Finding:
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding(
        what="Python",
        value=f"{platform.python_version()} on {platform.platform()}",
        good=good,
        advice="" if good else "use Python 3.11, 3.12 or 3.13",
    )


def _torch() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as error:
        advice = 'install it: pip install "torch>=2.13,<2.14"'
        yield Finding(what="PyTorch", value=f"{error}", good=False, advice=advice, needed=True)
        return
    yield Finding(
        what="PyTorch", value=f"{torch.__version__}, {torch.get_num_threads()} threads", needed=True
    )
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        yield Finding(what="GPU", value=", ".join(names))
    elif torch.backends.mps.is_available():
        yield Finding(what="GPU", value="Apple (mps)")
    else:
        built = torch.version.cuda
        advice = (
            "none is needed; with an NVIDIA card, install PyTorch's CUDA build"
            if built is None
            else "none is needed; with an NVIDIA card, install or update its driver"
        )
        yield Finding(what="GPU", value="none: networks run on the CPU", good=False, advice=advice)


def _openvino() -> Finding:
    try:
        from vidstyle.engines.openvino import has_bfloat16, machine_facts
    except (ImportError, OSError) as error:
        advice = "install it: pip install openvino; without it CPUs run PyTorch, half as fast"
        return Finding(what="OpenVINO", value=f"{error}", good=False, advice=advice)
    facts = machine_facts()
    precisions = "bf16, fp32" if has_bfloat16() else "fp32"
    precisions += ", int8" if find_spec("nncf") else ' (int8: pip install "vidstyle[int8]")'
    version = str(facts["backend_version"]).partition("-")[0]
    return Finding(what="OpenVINO", value=f"{version} on {facts['device']}: {precisions}")


def _engines() -> Finding:
    store = EngineStore()
    try:
        count = len(store.paths())
    except VidstyleError as error:
        return Finding(what="Engines", value=f"{error}", good=False)
    return Finding(
        what="Engines",
        value=f"{count} in {store.folder}",
        good=count > 0,
        advice=""
        if count
        else "vidstyle build-engine builds them; runs build what takes less than ten seconds",
    )


def _tensorrt() -> Finding:
    for package in ("tensorrt", "tensorrt-rtx"):
        try:
            return Finding(what="TensorRT", value=f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return Finding(
        what="TensorRT",
        value="not installed",
        good=False,
        advice="only for NVIDIA cards; nothing needs it",
    )


def _ffmpeg() -> Finding:
    return Finding(what="FFmpeg", value=f"{av.ffmpeg_version_info} (PyAV {av.__version__})")


def _encoders() -> Iterator[Finding]:
    for codec, encoder in ENCODERS.items():
        good = is_available(encoder)
        yield Finding(
            what=f"  {codec.value}",
            value=f"{encoder.name}, into {', '.join(encoder.suffixes)}",
            good=good,
            advice="" if good else "install PyAV from PyPI, whose FFmpeg has it",
        )


def _cameras() -> Finding:
    if cameras := list_cameras():
        return Finding(what="Cameras", value=", ".join(map(str, cameras)))
    return Finding(
        what="Cameras", value="none", good=False, advice="only for live video: plug one in"
    )


def _weights() -> Iterator[Finding]:
    store = WeightStore()
    for entry in store.manifest.entries:
        what, advice = f"  {entry.name}", ""
        try:
            found = store.find(entry.name)
            value = _place(found) if found else "not found"
            if found is None:
                advice = "downloaded when first used" if entry.url else _by_hand(entry)
        except VidstyleError as error:
            found, value, advice = None, "damaged", str(error)
        yield Finding(what=what, value=value, good=found is not None, advice=advice)


def _place(path: Path) -> str:
    return "comes with vidstyle" if path.parent == SHIPPED else str(path)


def _by_hand(entry: WeightsEntry) -> str:
    return f"optional: put {entry.to_get} ({entry.source}) where {FOLDERS_VARIABLE} says"
