"""Colours of pictures that carry a profile of their own."""

import warnings
from io import BytesIO

import numpy as np

from vidstyle.video.frame import RgbPicture

# Every profile has the former in it; PNG's are compressed, in a chunk of the latter name.
_MARKS = (b"acsp", b"iCCP")


def in_srgb(picture: RgbPicture, file: bytes) -> RgbPicture:
    """The picture in sRGB, where its file has an ICC profile of another RGB, as phones' Display P3.

    A profile that cannot be used counts as none.

    Args:
        picture: uint8 (H, W, 3) RGB, as it was decoded.
        file: what it was decoded from.
    """
    if not any(mark in file for mark in _MARKS):
        return picture
    # Most pictures have none, and runs start sooner without these.
    from PIL import Image, ImageCms

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of pictures with many pixels: none is decoded here.
            with Image.open(BytesIO(file)) as opened:
                profile = ImageCms.getOpenProfile(BytesIO(opened.info["icc_profile"]))
        found = profile.profile
        if found.xcolor_space != "RGB " or "sRGB" in (found.profile_description or ""):
            return picture
        to_srgb = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
        converted = ImageCms.applyTransform(Image.fromarray(picture), to_srgb)
    except (OSError, KeyError, ImageCms.PyCMSError, Image.DecompressionBombError):
        return picture
    return np.array(converted, np.uint8)
