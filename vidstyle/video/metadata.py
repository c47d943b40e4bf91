"""What a file says about itself: title, date, language and the like."""

# Written by the muxer itself, or true of the input file alone.
_NOT_CARRIED = {
    "major_brand",
    "minor_version",
    "compatible_brands",
    "encoder",
    "duration",
    "rotate",
    "alpha_mode",
    "vendor_id",
    "bps",
    "number_of_frames",
    "number_of_bytes",
}


def copy_metadata(source: dict[str, str], target: dict[str, str]) -> None:
    """What the user or a camera wrote, without what is true of the input file alone."""
    for key, value in source.items():
        technical = key.lower().split("-")[0]  # Matroska has "BPS-eng" beside "BPS".
        if technical not in _NOT_CARRIED and not technical.startswith("_statistics"):
            target[key] = value
