"""Engines that say that they run on a GPU, and are eager on the CPU."""

from dataclasses import replace
from functools import partial

from vidstyle.engines import Backend, Engine, EngineInfo, Network, Precision, open_eager
from vidstyle.engines.sized import by_size


def open_as_on_a_gpu(network: Network) -> Engine:
    """As a run opens engines on a GPU: what runs for every frame is opened by size."""
    open_here = partial(open_eager, device="cpu")
    if not network.per_frame:
        return open_here(network)
    info = EngineInfo(
        network=network.name, backend=Backend.EAGER, precision=Precision.FP32, device="cuda:0"
    )

    def open_network(sized: Network) -> Engine:
        engine = open_here(sized)
        engine.info = replace(info, network=sized.name)
        return engine

    return by_size(network, info=info, open_network=open_network)
