"""Makes a network of the package from a heavier one of the same kind.

    python -m benchmarks.distil TEACHER.safetensors adain-lite --codes CODES.safetensors
    python -m benchmarks.distil TEACHER.safetensors johnson-ink --steps 1000 --finish 120

The heavier network (one more block at ¼, and a normalisation between the convolutions of every
block) learns better from the losses of style transfer; the lighter one then learns from it, picture
by picture, and takes four fifths of the time. Its card beside it, and that of the codes, are taken
over, with what was done here. Both were in the package until 2026-11-30.
"""

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from benchmarks.distil.learning import learn, likeness
from benchmarks.distil.lessons import Lessons
from benchmarks.distil.teacher import TeacherTrunk
from benchmarks.ship_weights.card import SIZE, Table, as_toml, entry, figures
from vidstyle.evaluation.cost import network_cost
from vidstyle.files import write_whole
from vidstyle.losses.features import LossNetwork
from vidstyle.nets.adain_lite import StyleEncoder
from vidstyle.nets.lite_trunk import LiteTrunk
from vidstyle.stylizers.adain_lite import STYLE_SIDE
from vidstyle.training.checkpoint import halved
from vidstyle.training.picture_set import PictureSet
from vidstyle.weights.checkpoint import read_state_dict, stored_state_dict
from vidstyle.weights.manifest import SHIPPED
from vidstyle.weights.notes import read_notes
from vidstyle.weights.store import WeightStore
from vidstyle.weights.style_codes import STYLE_CODES, WEIGHTS_NOTE

_ENCODER, _TRUNK, _CODE = "style_encoder.", "trunk.", "code"
_LAST = ("style_encoder.perceptron.4.weight", "style_encoder.perceptron.4.bias")

# Photographs that are kept from training, to compare with.
_HELD_OUT = 12
_TOLD_EVERY = 100

# The largest, of both parts.
_RATE, _LAST_RATE = 1.5e-3, 6e-4

# Pictures that the mean of what a normalisation does is taken of.
_MEASURED = 48


def main() -> None:
    """Distil, and put the result into the package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("teacher", type=Path, help="its weights; its card lies beside them")
    parser.add_argument("name", help="adain-lite, or johnson- and the style's name")
    parser.add_argument("--codes", type=Path, help="of named styles, with adain-lite")
    parser.add_argument("--content", type=Path, default=Path("data/content"))
    parser.add_argument(
        "--style", type=Path, nargs="*", default=[Path("data/style")], help="for adain-lite"
    )
    parser.add_argument("--start", type=Path, help="weights of a pupil to go on with")
    parser.add_argument("--steps", type=int, default=15_000)
    parser.add_argument(
        "--finish", type=int, default=800, help="more steps, in which textures count, too"
    )
    parser.add_argument("--remark", default="", help="in which way it was not made by this")
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="where to, if not shipped")
    args = parser.parse_args()

    state = read_state_dict(args.teacher)
    named = read_state_dict(args.codes) if args.codes else {}
    known = torch.stack([*named.values()]) if named else state[_CODE]
    photographs = PictureSet.load([args.content], size=STYLE_SIDE)
    taught = len(photographs) - _HELD_OUT
    lessons = Lessons(
        photographs=PictureSet(photographs.pixels[:taught], photographs.paths[:taught], ()),
        named=known,
        pictured=_encoded(state, args.style) if named else known[:0],
    )
    teacher = TeacherTrunk(_part(state, _TRUNK))
    pupil = _taught(teacher, lessons, args)
    codes = known[torch.arange(_HELD_OUT) % len(known)]
    spared = photographs.pictures(torch.arange(taught, len(photographs)))
    like = likeness(pupil, teacher, spared, codes)
    print(f"{like.psnr:.2f} dB from its teacher, {like.sharpness:.3f} of its sharpness")

    weights = _weights(pupil, state, teacher.kept())
    notes = {**read_notes(args.teacher), "quarter_blocks": str([*pupil.shape.quarter_blocks])}
    data = safetensors.torch.save(halved(weights), metadata=notes)
    distillation: Table = {
        "teacher": sha256(args.teacher.read_bytes()).hexdigest(),
        "steps": args.steps,
        "finish": args.finish,
        "psnr": round(like.psnr, 2),
        "sharpness": round(like.sharpness, 3),
        **({"remark": args.remark} if args.remark else {}),
    }
    cost = network_cost(pupil, torch.rand(1, 12, SIZE[0], SIZE[1] // 2), known[:1, teacher.kept()])
    tables = {"distillation": distillation, "figures": figures(data, cost)}
    _write(args.folder, args.name, data, args.teacher, tables)
    if named:
        note = {WEIGHTS_NOTE: sha256(data).hexdigest()}
        shorter = {name: code[teacher.kept()] for name, code in named.items()}
        data = safetensors.torch.save(halved(shorter), metadata=note)
        _write(args.folder, STYLE_CODES, data, args.codes, {})


def _taught(teacher: TeacherTrunk, lessons: Lessons, args: argparse.Namespace) -> LiteTrunk:
    if args.start:
        pupil = LiteTrunk()
        pupil.load_state_dict(_part(read_state_dict(args.start), _TRUNK))
    else:
        measured = replace(lessons, batch=_MEASURED)(torch.Generator().manual_seed(1))
        pupil = teacher.pupil(*measured)
    teach = partial(learn, teacher=teacher, lessons=lessons, on_step=_tell)
    if args.steps:
        pupil = teach(pupil, steps=args.steps, learning_rate=_RATE)
    if args.finish:
        weights = stored_state_dict("vgg19", WeightStore())
        network = LossNetwork.vgg19(weights).to(torch.bfloat16)
        pupil = teach(pupil, steps=args.finish, learning_rate=_LAST_RATE, loss_network=network)
    return pupil


def _weights(pupil: LiteTrunk, state: dict[str, Tensor], kept: Tensor) -> dict[str, Tensor]:
    """All of a network: its trunk, and of the teacher's what makes its codes, cut to its own."""
    weights = {f"{_TRUNK}{name}": each for name, each in pupil.state_dict().items()}
    weights |= {name: each for name, each in state.items() if name.startswith(_ENCODER)}
    for name in _LAST:
        if name in weights:
            weights[name] = weights[name][kept]
    if _CODE in state:
        weights[_CODE] = state[_CODE][:, kept]
    return weights


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What is under a prefix, without it."""
    return {
        name.removeprefix(prefix): each for name, each in state.items() if name.startswith(prefix)
    }


def _encoded(state: dict[str, Tensor], places: list[Path]) -> Tensor:
    """Codes of all style pictures, by the teacher's own encoder."""
    encoder = StyleEncoder(len(state[_LAST[1]]))
    encoder.load_state_dict(_part(state, _ENCODER))
    styles = PictureSet.load(places, size=STYLE_SIDE)
    with torch.no_grad():
        codes = [encoder(styles.pictures(torch.tensor([each]))) for each in range(len(styles))]
    return torch.cat(codes)


def _write(
    folder: Path, name: str, data: bytes, teacher: Path, tables: Mapping[str, Table]
) -> None:
    """The weights and their card: that of the teacher, with `tables`."""
    card = tomllib.loads(teacher.with_suffix(".toml").read_text())
    network = card["network"]
    source = f"distilled by benchmarks/distil from what was {network['source']}"
    card["network"] = entry(name, network["architecture"], data, source=source)
    card |= tables
    write_whole(folder / f"{name}.safetensors", data)
    write_whole(folder / f"{name}.toml", as_toml(card))


def _tell(step: int, loss: float) -> None:
    if step % _TOLD_EVERY == 0:
        print(f"{step}  {loss:.4f}", flush=True)


if __name__ == "__main__":
    main()
