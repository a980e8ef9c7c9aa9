from pathlib import Path

import pytest

from impasto.errors import OptionError, OutputError
from impasto.video.encoding import (
    CODECS,
    PRESETS,
    EncodingOptions,
    container_for,
    parse_encoder_option,
)


def test_a_container_has_its_usual_codec() -> None:
    assert EncodingOptions().codec_for("mp4") is CODECS["h264"]
    assert EncodingOptions().codec_for("webm") is CODECS["vp9"]
    assert EncodingOptions(codec="av1").codec_for("webm") is CODECS["av1"]
    assert container_for(Path("A.MP4")) == "mp4"
    with pytest.raises(OutputError, match="no ending"):
        container_for(Path("film"))


def test_quality_runs_from_the_worst_to_the_best() -> None:
    values = [
        float(EncodingOptions(quality=quality).settings(CODECS["h264"])["crf"])
        for quality in (1, 75, 100)
    ]
    assert values == pytest.approx([45, 17.34, 8], abs=0.01)


def test_every_codec_has_all_presets_or_none() -> None:
    for codec in CODECS.values():
        assert len(codec.presets) == (len(PRESETS) if codec.preset_option else 0)


def test_options_are_checked() -> None:
    for wrong in ({"quality": 0}, {"codec": "divx"}, {"preset": "warp"}):
        with pytest.raises(OptionError):
            EncodingOptions(**wrong)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="NAME=VALUE"):
        parse_encoder_option("tune")
