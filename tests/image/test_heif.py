from __future__ import annotations

import builtins
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from impasto.errors import ImageFormatError
from impasto.image.channels import Channels
from impasto.image.heif import decode_heif, open_heif

Noise = Callable[..., np.ndarray]
Smooth = Callable[..., np.ndarray]


def _heic(mode: str, size: tuple[int, int], samples: np.ndarray, **options: Any) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    file = pillow_heif.from_bytes(mode, size, samples.tobytes())
    file.save(buffer, quality=-1, chroma=444, **options)
    return buffer.getvalue()


def _decode(content: bytes) -> Channels:
    return decode_heif(open_heif(content))


def test_8_bits(smooth: Smooth) -> None:
    samples = smooth(33, 47)
    color = np.array(_decode(_heic("RGB", (47, 33), samples)).color)
    assert np.abs(color.astype(int) - samples).max() <= 2


def test_alpha(smooth: Smooth, noise: Noise) -> None:
    samples = np.dstack([smooth(33, 47), noise(33, 47)])
    channels = _decode(_heic("RGBA", (47, 33), samples))
    assert (channels.alpha == samples[..., 3]).all()


def test_grey(smooth: Smooth) -> None:
    samples = np.ascontiguousarray(smooth(33, 47)[..., 0])
    color = np.array(_decode(_heic("L", (47, 33), samples)).color)
    assert color.shape == (33, 47)
    assert np.abs(color.astype(int) - samples).max() <= 1


def test_10_bits_become_16(smooth: Smooth) -> None:
    samples = smooth(33, 47).astype(np.uint16) * 257
    samples[:, -5:] = 65_535
    color = np.asarray(_decode(_heic("RGB;16", (47, 33), samples)).color)
    assert color.dtype == np.uint16
    assert color.max() == 65_535
    assert np.abs(color.astype(int) - samples).max() <= 65_535 * 3 / 1023


def test_without_the_package_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_import = builtins.__import__

    def without_heif(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pillow_heif":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_heif)
    with pytest.raises(ImageFormatError, match=r"pip install 'impasto\[heif\]'"):
        open_heif(b"anything")
