"""URLs as users write them."""

from urllib.parse import SplitResult, urlsplit

from vidstyle.errors import UsageError


def parsed_url(text: str) -> SplitResult:
    """The parts of a URL, its scheme in lower case, as FFmpeg wants it.

    Raises:
        UsageError: it is none.
    """
    try:
        return urlsplit(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no URL: {error}") from error
