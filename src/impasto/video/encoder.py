"""The encoder of a film's pictures, opened in the container that will hold them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import OptionError, OutputError
from impasto.video.av_library import import_av
from impasto.video.encoding import CodecSpec, EncodingOptions
from impasto.video.frame_conversion import EXACT_BICUBIC
from impasto.video.video_info import BT709, SDR, UNSPECIFIED, Color

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

RGB, BT601_625 = 0, 5
MOST_RATE = 65_535


@dataclass(frozen=True, kw_only=True)
class PictureFormat:
    """What an encoder is told of the frames to come.

    Attributes:
        size: (H, W). Odd sizes are kept: H.264 and HEVC then keep full colour (4:4:4), which
            fewer players take.
        frame_rate: About how many frames a second there will be.
        time_base: Seconds of a tick of the frames' times.
        codec: What they are encoded with.
        encoding: Quality and speed.
        source_color: What the samples of the film that is painted stand for; of RGB or high
            dynamic range, BT.709 is made.
        pixel_shape: Width of a pixel over its height.
    """

    size: tuple[int, int]
    frame_rate: Fraction
    time_base: Fraction
    codec: CodecSpec
    encoding: EncodingOptions
    source_color: Color = SDR
    pixel_shape: Fraction = Fraction(1)

    @property
    def pixel_format(self) -> str:
        """FFmpeg's name of how samples are kept."""
        is_odd = any(side % 2 for side in self.size)
        return (is_odd and self.codec.odd_pixel_format) or self.codec.pixel_format

    @property
    def color(self) -> Color:
        """What the encoded samples stand for."""
        given = SDR if self.source_color.is_hdr else self.source_color
        matrix, is_full_range = given.matrix, False
        if self.codec.pixel_format == "bgr0":
            matrix, is_full_range = RGB, True
        elif self.codec.pixel_format.startswith("yuvj"):
            matrix, is_full_range = BT601_625, True
        elif matrix in (RGB, UNSPECIFIED):
            matrix = BT709
        return Color(
            matrix=matrix,
            primaries=given.primaries,
            transfer=given.transfer,
            is_full_range=is_full_range,
        )

    def frame(self, pixels: Pixels, pts: int) -> Any:
        """A frame of PyAV for the encoder.

        Args:
            pixels: (H, W, 3) uint8, sRGB.
            pts: Ticks at which it is shown.
        """
        color = self.color
        frame = import_av().VideoFrame.from_ndarray(pixels, format="rgb24")
        if color.matrix == RGB:
            frame = frame.reformat(format=self.pixel_format)
        else:
            frame = frame.reformat(
                format=self.pixel_format,
                dst_colorspace=color.matrix,
                dst_color_range=2 if color.is_full_range else 1,
                interpolation=EXACT_BICUBIC,
            )
            frame.colorspace = color.matrix
        frame.color_primaries, frame.color_trc = color.primaries, color.transfer
        frame.pts, frame.time_base = pts, self.time_base
        return frame


def add_encoder(container: Any, form: PictureFormat, path: Path) -> Any:
    """A stream of a container of PyAV with its encoder open.

    Args:
        container: Open for writing.
        form: What it is told of the frames.
        path: Of the film, for messages.

    Raises:
        OutputError: if the container does not hold the codec, or the encoder cannot be opened.
        OptionError: if the encoder does not know an option.
    """
    name = form.codec.encoder
    try:
        stream = container.add_stream(name, rate=form.frame_rate.limit_denominator(MOST_RATE))
    except ValueError as error:
        raise OutputError(
            f"{path}: {container.format.name} does not hold {name}; choose another ending or codec."
        ) from error
    context, color = stream.codec_context, form.color
    stream.height, stream.width = form.size
    stream.pix_fmt = form.pixel_format
    context.time_base = stream.time_base = form.time_base
    if form.pixel_shape != 1:
        context.sample_aspect_ratio = form.pixel_shape
    context.colorspace, context.color_primaries = color.matrix, color.primaries
    context.color_trc, context.color_range = color.transfer, 2 if color.is_full_range else 1
    if form.codec.tag and container.format.name in ("mp4", "mov"):
        context.codec_tag = form.codec.tag
    settings = form.encoding.settings(form.codec)
    _check_known(context, settings)
    context.options = settings
    # SVT-AV1 has no other way to be kept from talking to the terminal.
    os.environ.setdefault("SVT_LOG", "1")
    context.open()
    return stream


def _check_known(context: Any, settings: Mapping[str, str]) -> None:
    known = context.supported_options
    names = {each.name for each in (*known.generic, *known.private)}
    unknown = [name for name in settings if name not in names]
    if unknown:
        raise OptionError(
            f"--encoder-option: {context.name} has no option {unknown[0]!r}; "
            f"see 'ffmpeg -h encoder={context.name}'."
        )
