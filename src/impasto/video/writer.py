"""Films written frame by frame, with the times that the frames are given."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from impasto.errors import OptionError, OutputError, ShapeError
from impasto.image.destination import check_destination
from impasto.video.av_library import import_av, writing
from impasto.video.encoding import CodecSpec, EncodingOptions, container_for
from impasto.video.frame_conversion import EXACT_BICUBIC
from impasto.video.video_info import BT709, SDR, UNSPECIFIED, Color

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

RGB, BT601_625 = 0, 5
MILLISECOND = Fraction(1, 1000)


class VideoWriter:
    """Encodes frames into a file that appears, whole, when the writer is closed.

    Until then it lies beside its place under a temporary name.

    Args:
        path: Where the film will be; its ending names the container.
        size: (H, W) of the frames. Odd sizes are kept: H.264 and HEVC then keep full colour
            (4:4:4), which fewer players take.
        frame_rate: About how many frames a second there will be.
        time_base: Seconds of a tick of the frames' times; the container may round to its own.
        encoding: Codec, quality and speed.
        color: What the samples are to stand for; of RGB or high dynamic range, BT.709 is made.
        pixel_shape: Width of a pixel over its height.
        container: FFmpeg's name of the format, where it is not that of the ending.
        container_options: Options of FFmpeg for the container.

    Raises:
        OutputError: if there can be no film.
        OptionError: if the encoder does not know an option.
        MissingPackageError: if PyAV is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        size: tuple[int, int],
        *,
        frame_rate: Fraction,
        time_base: Fraction = MILLISECOND,
        encoding: EncodingOptions | None = None,
        color: Color = SDR,
        pixel_shape: Fraction = Fraction(1),
        container: str | None = None,
        container_options: Mapping[str, str] | None = None,
    ) -> None:
        self.path, self.size, self.time_base = Path(path), size, time_base
        self._container_name = container or container_for(self.path)
        encoding = encoding or EncodingOptions()
        self.codec = encoding.codec_for(self._container_name)
        self.color = yuv_color(color, self.codec)
        self.frames = 0
        self._target = check_destination(self.path)
        self._temporary = self._target.with_name(f".impasto-{secrets.token_hex(8)}.tmp")
        self._last: int | None = None
        with writing(self.path):
            self._output: Any = import_av().open(
                str(self._temporary),
                "w",
                format=self._container_name,
                options=dict(container_options or {}),
            )
            try:
                self._stream = self._open_stream(encoding, frame_rate, pixel_shape)
            except BaseException:
                self.abort()
                raise

    def write(self, pixels: Pixels, pts: int) -> None:
        """Encode a frame.

        Args:
            pixels: (H, W, 3) uint8, sRGB, of the writer's size.
            pts: Ticks of the writer's time base at which it is shown, more than the last.

        Raises:
            ShapeError: if the pixels have another shape.
            OptionError: if the time does not rise.
            OutputError: if the disk is full or the encoder fails.
        """
        if pixels.shape != (*self.size, 3) or pixels.dtype != "uint8":
            raise ShapeError(
                f"pixels: expected {(*self.size, 3)} uint8, got {pixels.shape} {pixels.dtype}."
            )
        if self._last is not None and pts <= self._last:
            raise OptionError(f"pts: expected more than {self._last}, got {pts}.")
        self._last = pts
        with writing(self.path):
            self._mux(self._stream.encode(self._frame(pixels, pts)))
        self.frames += 1

    def close(self) -> None:
        """Encode what is left and put the film in its place; do nothing the second time.

        Raises:
            OutputError: if the film cannot be finished; what was there before is unchanged.
        """
        if self._output is None:
            return
        try:
            with writing(self.path):
                self._mux(self._stream.encode(None))
                self._output.close()
                self._output = None
                self._temporary.replace(self._target)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the film; do nothing once it is closed."""
        output, self._output = self._output, None
        if output is not None:
            with contextlib.suppress(Exception):
                output.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()

    def _open_stream(
        self, encoding: EncodingOptions, frame_rate: Fraction, pixel_shape: Fraction
    ) -> Any:
        height, width = self.size
        try:
            stream = self._output.add_stream(
                self.codec.encoder, rate=frame_rate.limit_denominator(65_535)
            )
        except ValueError as error:
            raise OutputError(
                f"{self.path}: {self._container_name} does not hold {self.codec.encoder}; "
                "choose another ending or codec."
            ) from error
        context = stream.codec_context
        stream.width, stream.height = width, height
        stream.pix_fmt = self.pixel_format
        context.time_base = self.time_base
        stream.time_base = self.time_base
        if pixel_shape != 1:
            context.sample_aspect_ratio = pixel_shape
        context.colorspace, context.color_primaries = self.color.matrix, self.color.primaries
        context.color_trc = self.color.transfer
        context.color_range = 2 if self.color.is_full_range else 1
        # SVT-AV1 has no other way to be kept from talking to the terminal.
        os.environ.setdefault("SVT_LOG", "1")
        settings = encoding.settings(self.codec)
        _check_known(context, settings)
        context.options = settings
        context.open()
        return stream

    @property
    def pixel_format(self) -> str:
        """FFmpeg's name of how samples are kept."""
        odd = any(side % 2 for side in self.size)
        return (
            self.codec.odd_pixel_format
            if odd and self.codec.odd_pixel_format
            else (self.codec.pixel_format)
        )

    def _frame(self, pixels: Pixels, pts: int) -> Any:
        frame = import_av().VideoFrame.from_ndarray(pixels, format="rgb24")
        if self.color.matrix != RGB:
            frame = frame.reformat(
                format=self.pixel_format,
                dst_colorspace=self.color.matrix,
                dst_color_range=2 if self.color.is_full_range else 1,
                interpolation=EXACT_BICUBIC,
            )
            frame.colorspace = self.color.matrix
        else:
            frame = frame.reformat(format=self.pixel_format)
        frame.color_primaries, frame.color_trc = self.color.primaries, self.color.transfer
        frame.pts, frame.time_base = pts, self.time_base
        return frame

    def _mux(self, packets: Any) -> None:
        for packet in packets:
            self._output.mux(packet)


def yuv_color(color: Color, codec: CodecSpec) -> Color:
    """What a codec's samples are to stand for, of a film whose own stand for ``color``."""
    if color.is_hdr:
        color = SDR
    if codec.pixel_format in ("bgr0", "gbrp"):
        return Color(
            matrix=RGB,
            primaries=color.primaries,
            transfer=color.transfer,
            is_full_range=True,
        )
    is_jpeg = codec.pixel_format.startswith("yuvj")
    matrix = color.matrix if color.matrix not in (RGB, UNSPECIFIED) else BT709
    return Color(
        matrix=BT601_625 if is_jpeg else matrix,
        primaries=color.primaries,
        transfer=color.transfer,
        is_full_range=is_jpeg,
    )


def _check_known(context: Any, settings: Mapping[str, str]) -> None:
    known = context.supported_options
    names = {each.name for each in (*known.generic, *known.private)}
    unknown = [name for name in settings if name not in names]
    if unknown:
        raise OptionError(
            f"--encoder-option: {context.name} has no option {unknown[0]!r}; "
            f"see 'ffmpeg -h encoder={context.name}'."
        )
