"""How films are encoded: codec, quality, speed, and the encoder's own options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from impasto.errors import OptionError, OutputError
from impasto.stylizers.options import check_options, option

PRESETS = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)


@dataclass(frozen=True, kw_only=True)
class CodecSpec:
    """A codec that films can be encoded with.

    Attributes:
        name: Its key in :data:`CODECS`.
        encoder: FFmpeg's name of the encoder.
        description: For people.
        quality: Option of the encoder that takes the quality, its value at quality 1, and at
            quality 100; ``None`` where there is none.
        whole_quality: Whether that value is a whole number.
        presets: The value of ``preset_option`` for each of :data:`PRESETS`.
        preset_option: Option of the encoder that takes the speed; empty where there is none.
        pixel_format: FFmpeg's name of how samples are kept.
        odd_pixel_format: The same for sizes that are odd; empty where it makes no difference.
        options: What the encoder is always given.
        tag: Four letters for MP4 and MOV; empty for the usual ones.
        segments: FFmpeg's name of the format that segments of a film are kept in.
    """

    name: str
    encoder: str
    description: str
    quality: tuple[str, float, float] | None = None
    whole_quality: bool = True
    presets: tuple[str, ...] = ()
    preset_option: str = ""
    pixel_format: str = "yuv420p"
    odd_pixel_format: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    segments: str = "nut"


CODECS: Mapping[str, CodecSpec] = {
    "h264": CodecSpec(
        name="h264",
        encoder="libx264",
        description="H.264: plays everywhere",
        quality=("crf", 45, 8),
        whole_quality=False,
        presets=PRESETS,
        preset_option="preset",
        odd_pixel_format="yuv444p",
        # Its macroblock tree gives another film each time on processors with AVX-512.
        options={"mbtree": "0"},
    ),
    "hevc": CodecSpec(
        name="hevc",
        encoder="libx265",
        description="HEVC: a third smaller, slow",
        quality=("crf", 47, 10),
        whole_quality=False,
        presets=PRESETS,
        preset_option="preset",
        odd_pixel_format="yuv444p",
        options={"x265-params": "log-level=error"},
        tag="hvc1",
    ),
    "vp9": CodecSpec(
        name="vp9",
        encoder="libvpx-vp9",
        description="VP9: for the web, free of patents; odd sizes",
        quality=("crf", 60, 10),
        presets=("8", "7", "6", "5", "5", "4", "3", "2", "1"),
        preset_option="cpu-used",
        options={"b": "0", "row-mt": "1", "deadline": "good"},
    ),
    "av1": CodecSpec(
        name="av1",
        encoder="libsvtav1",
        description="AV1: half the size of H.264",
        quality=("crf", 60, 12),
        presets=("12", "11", "10", "9", "8", "7", "5", "4", "3"),
        preset_option="preset",
    ),
    "prores": CodecSpec(
        name="prores",
        encoder="prores_ks",
        description="ProRes: for editing, in MOV",
        pixel_format="yuv422p10le",
        options={"profile": "hq", "vendor": "apl0"},
        segments="mov",
    ),
    "ffv1": CodecSpec(
        name="ffv1",
        encoder="ffv1",
        description="FFV1: lossless, in MKV",
        pixel_format="bgr0",
        options={"level": "3", "g": "1"},
    ),
    "mjpeg": CodecSpec(
        name="mjpeg",
        encoder="mjpeg",
        description="Motion JPEG: every frame by itself",
        pixel_format="yuvj420p",
        options={"qmin": "2", "qmax": "5"},
    ),
}

CONTAINERS: Mapping[str, str] = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
}
"""Endings of films that are written, and FFmpeg's names of their formats."""

DEFAULT_CODECS: Mapping[str, str] = {"webm": "vp9"}


@dataclass(frozen=True, kw_only=True)
class EncodingOptions:
    """How a film is encoded.

    Raises:
        OptionError: if a value is out of its range.
    """

    codec: str = option("auto", "Codec; auto is H.264, VP9 in WebM.", choices=("auto", *CODECS))
    quality: int = option(75, "Quality, 1 to 100; larger files.", minimum=1, maximum=100)
    preset: str = option("veryfast", "Speed of the encoder; slower is smaller.", choices=PRESETS)
    encoder_options: Mapping[str, str] = field(
        default_factory=dict, metadata={"choices": None, "minimum": None, "maximum": 0}
    )

    def __post_init__(self) -> None:
        check_options(self)

    def codec_for(self, container: str) -> CodecSpec:
        """The codec for one of FFmpeg's formats."""
        own = DEFAULT_CODECS.get(container, "h264")
        return CODECS[own if self.codec == "auto" else self.codec]

    def settings(self, codec: CodecSpec) -> dict[str, str]:
        """The options that the encoder is given; those of the user win."""
        found = dict(codec.options)
        if codec.quality is not None:
            name, worst, best = codec.quality
            value = worst + (best - worst) * (self.quality - 1) / 99
            found[name] = str(round(value)) if codec.whole_quality else f"{value:.2f}"
        if codec.preset_option:
            found[codec.preset_option] = codec.presets[PRESETS.index(self.preset)]
        return found | dict(self.encoder_options)


def container_for(path: Path) -> str:
    """FFmpeg's name of the format for a file's ending.

    Raises:
        OutputError: if films are not written with that ending.
    """
    if (suffix := path.suffix.lower()) not in CONTAINERS:
        raise OutputError(
            f"{path}: expected a name that ends in one of {', '.join(CONTAINERS)}, "
            f"got {suffix or 'no ending'!r}."
        )
    return CONTAINERS[suffix]


def parse_encoder_option(text: str) -> tuple[str, str]:
    """Name and value of ``name=value``.

    Raises:
        OptionError: if it is not of that form.

    Example:
        >>> parse_encoder_option("tune=animation")
        ('tune', 'animation')
    """
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise OptionError(
            f"--encoder-option: expected NAME=VALUE, such as tune=animation, got {text!r}."
        )
    return name.strip(), value.strip()
