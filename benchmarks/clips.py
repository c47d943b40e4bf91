"""Clips to measure on, made from the project's own sample."""

from pathlib import Path

import av

SAMPLE = Path(__file__).parents[1] / "samples" / "harbour.mp4"


def repeated(target: Path, *, seconds: float, source: Path = SAMPLE) -> Path:
    """The source over and over, packets copied, at least `seconds` long; made once."""
    if target.exists():
        return target
    with av.open(str(target), "w") as output, av.open(str(source)) as first:
        tracks = [output.add_stream_from_template(stream) for stream in first.streams]
        # A little apart: the first frames of a round are decoded before its start.
        length = (first.duration or 0) / av.time_base + 0.2
        for round_ in range(int(seconds / length) + 1):
            with av.open(str(source)) as again:
                for packet in again.demux():
                    if packet.pts is None or packet.dts is None:
                        continue  # The empty packet at the end of a track.
                    shift = round(round_ * length / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = tracks[packet.stream_index]
                    output.mux(packet)
    return target
