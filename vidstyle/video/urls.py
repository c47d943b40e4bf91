"""URLs as users write them."""

from urllib.parse import SplitResult, urlsplit

from vidstyle.errors import UsageError

_WITHOUT_USUAL_PORT = ("tcp", "udp", "rtp", "srt")


def parsed_url(text: str) -> SplitResult:
    """The parts of a URL, its scheme in lower case, as FFmpeg wants it.

    Raises:
        UsageError: it is none.
    """
    try:
        parts = urlsplit(text)
        has_port = parts.port is not None
    except ValueError as error:
        raise UsageError(f"'{text}' is no URL: {error}") from error
    if parts.scheme in _WITHOUT_USUAL_PORT and not has_port:
        raise UsageError(f"'{text}' has no port: write {parts.scheme}://HOST:PORT")
    return parts
