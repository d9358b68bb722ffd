"""What a timeline sends to its page, decoded as the page does."""

import gzip
import json
import struct
from typing import Any

import numpy as np


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header of a packed timeline and the bytes of its sections."""
    raw = gzip.decompress(data)
    (length,) = struct.unpack_from("<I", raw)
    return json.loads(raw[4 : 4 + length]), raw[4 + length :]


def integers(header: dict[str, Any], data: bytes, key: str) -> np.ndarray:
    """Return a section's integers."""
    section = header["sections"][key]
    count, width = section["count"], section["width"]
    planes = np.frombuffer(data, np.uint8, count * width, section["offset"]).reshape(width, count)
    values = sum(planes[k].astype(np.int64) << (8 * k) for k in range(width))
    values = np.array(values, np.int64)
    values[section["exceptions"][0]] = section["exceptions"][1]
    return values
