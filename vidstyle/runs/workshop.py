"""The workshop that builds engines for runs: where it keeps them, and how it judges them."""

from vidstyle.engines.compiler import Compiler
from vidstyle.engines.store import EngineStore
from vidstyle.engines.workshop import Workshop
from vidstyle.messages import OnMessage
from vidstyle.runs.parity import measure_parity
from vidstyle.runs.trial_pictures import trial_pictures


def make_workshop(compiler: Compiler, on_message: OnMessage) -> Workshop:
    """A workshop over the user's store, that tries engines on the samples."""
    return Workshop(
        EngineStore(),
        compiler=compiler,
        measure=measure_parity,
        trials=trial_pictures,
        on_message=on_message,
    )
