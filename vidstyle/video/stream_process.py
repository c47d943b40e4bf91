"""The process that streams, as seen from the one that has the frames."""

import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

from vidstyle.video.frame import RgbPicture
from vidstyle.video.stream_program import CONNECTED, StreamOrder, send_frame

_FINISH_SECONDS = 2.0
_SHORT_WAIT_SECONDS = 0.2
"""On Windows Ctrl-C ends no wait: it comes between two of them."""


class StreamProcess:
    """One connection, from its opening to its end. A lost one is not taken up again."""

    def __init__(self, order: StreamOrder) -> None:
        """Begins to connect; does not wait for it."""
        self.failure = ""
        """Why it has ended, once it has."""
        self._connected = False
        self._decided = Event()
        self._silence = f"no answer within {order.connect_seconds:g} s"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vidstyle.video.stream_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for this process alone: it is the one to end the other, and properly.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin is not None
        self._input = self._process.stdin
        self._listener = Thread(target=self._listen, name="stream", daemon=True)
        self._listener.start()
        with suppress(OSError):  # It has ended already; the listener learns why.
            self._input.write(order.line())
            self._input.flush()

    @property
    def connected(self) -> bool:
        """Whether it takes frames."""
        return self._connected and not self.failure

    def wait(self) -> None:
        """Wait until it has connected or failed, which it has in bounded time."""
        while not self._decided.wait(_SHORT_WAIT_SECONDS):
            pass

    def send(self, picture: RgbPicture, microseconds: int) -> None:
        """Stream one picture of the order's size; waits where the network is slower.

        Raises:
            OSError: the connection is lost.
        """
        send_frame(self._input, picture, microseconds)

    def finish(self) -> None:
        """End the stream properly, or at least the process, in bounded time."""
        self._close_input()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FINISH_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()
        self._close_input()
        self._listener.join()

    def _close_input(self) -> None:
        with suppress(OSError):  # What it did not take any more is lost.
            self._input.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        failure = ""
        with self._process.stdout as lines:
            for line in lines:
                text = line.decode(errors="replace").strip()
                if text == CONNECTED:
                    self._connected = True
                    self._decided.set()
                else:
                    failure = text
        unsaid = "it takes no more data" if self._connected else self._silence
        self.failure = failure or unsaid
        self._decided.set()
