"""What the system has plugged in, as FFmpeg lists it."""

import errno

from av.device import DeviceInfo, enumerate_input_devices


def listed_devices(format: str, kind: str) -> list[DeviceInfo]:
    """The devices of a kind, "video" or "audio".

    Args:
        format: FFmpeg's name of how they are reached, as "dshow".
        kind: of what they give. Virtual cameras of Windows do not tell it, and count as cameras.
    """
    try:
        devices = enumerate_input_devices(format)
    except OSError as error:
        # DirectShow's way to say that there are no cameras, or no microphones.
        if error.errno == errno.EIO:
            return []
        raise
    return [device for device in devices if kind in (device.media_types or ["video"])]
