"""A file from the network, whole and checked or not at all."""

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from vidstyle.errors import VidstyleError
from vidstyle.files import move, partial_name
from vidstyle.messages import OnDownload

_CHUNK = 1 << 18


def download(
    url: str,
    destination: Path,
    *,
    sha256: str,
    on_progress: OnDownload | None = None,
    timeout: float = 30.0,
) -> None:
    """Fetch `url` into `destination`, which appears only when it is whole and its hash is right.

    Several processes may fetch the same file at once: each writes its own temporary file beside
    `destination` and the last to finish wins.

    Args:
        url: of the file.
        destination: its final path; the folder is made where needed.
        sha256: what the file must hash to.
        on_progress: called after every chunk.
        timeout: seconds without an answer or data after which to give up.

    Raises:
        VidstyleError: the file could not be had, or is not the expected one.
    """
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_name(destination)
        try:
            with partial.open("xb") as file:
                found = _receive(url, file, on_progress=on_progress, timeout=timeout)
            if found != sha256:
                raise VidstyleError(f"{url} has sha256 {found}, expected {sha256}")
            move(partial, destination)
        finally:
            partial.unlink(missing_ok=True)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        # urllib hides the cause of a failed connection one level down.
        cause = getattr(error, "reason", error)
        raise VidstyleError(f"{url} could not be downloaded ({cause})") from error


def _receive(url: str, file: IO[bytes], *, on_progress: OnDownload | None, timeout: float) -> str:
    """Write what `url` gives into `file`; return its sha256."""
    digest = hashlib.sha256()
    done = 0
    with urllib.request.urlopen(url, timeout=timeout) as response:
        total = int(response.headers.get("Content-Length") or 0)
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, total)
    if done < total:
        raise VidstyleError(f"{url} broke off after {done} of {total} bytes")
    return digest.hexdigest()
