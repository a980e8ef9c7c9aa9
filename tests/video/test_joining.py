from fractions import Fraction
from pathlib import Path

import av
import pytest

from impasto.errors import OutputError
from impasto.video.encoding import EncodingOptions
from impasto.video.joining import join_segments
from impasto.video.probing import probe_video
from impasto.video.reader import VideoReader
from impasto.video.segment_styling import SegmentJob, style_segments
from impasto.video.segments import StyledSegment, plan_segments
from impasto.video.work_folder import SegmentFolder

from .conftest import write_clip
from .test_segment_styling import Negative


def styled(clip: Path, folder: Path, codec: str) -> tuple[SegmentJob, list[StyledSegment]]:
    job = SegmentJob(info=probe_video(clip), size=(48, 64), encoding=EncodingOptions(codec=codec))
    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    return job, style_segments(job, segments, Negative(), SegmentFolder(folder))


@pytest.mark.parametrize(("codec", "suffix"), [
    ("h264", ".mp4"), ("h264", ".mov"), ("h264", ".mkv"), ("hevc", ".mp4"),
    ("vp9", ".webm"), ("av1", ".mp4"), ("ffv1", ".mkv"), ("prores", ".mov"), ("mjpeg", ".mov"),
])  # fmt: skip
def test_segments_of_every_codec_become_one_film(tmp_path: Path, codec: str, suffix: str) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=40)
    job, segments = styled(clip, tmp_path / "parts", codec)
    output = tmp_path / f"out{suffix}"
    joined = join_segments(job, segments, output)
    assert (joined.frames, joined.duration) == (40, Fraction(40, 25))
    frames = list(VideoReader(output).frames())
    tick = VideoReader(output).info.time_base
    assert len(frames) == 40
    assert all(abs(f.time - Fraction(f.index, 25)) <= tick / 2 for f in frames)
    with av.open(str(output)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        if suffix != ".mkv":  # which has no times of decoding
            decoded = [packet.dts for packet in packets]
            assert decoded == sorted(set(decoded))
            assert all(packet.dts <= packet.pts for packet in packets)
        assert sum(packet.is_keyframe for packet in packets) >= len(segments)
        assert abs(float(stream.average_rate) - 25) < 0.1


def test_jumping_to_any_time_works(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=60)
    job, segments = styled(clip, tmp_path / "parts", "h264")
    join_segments(job, segments, tmp_path / "out.mp4")
    reader = VideoReader(tmp_path / "out.mp4")
    assert next(reader.frames(start=40 * 512)).pts == 40 * 512


def test_a_film_that_does_not_begin_at_nothing(tmp_path: Path) -> None:
    """Transport streams begin anywhere; what they have keeps its distance to the sound."""
    clip = write_clip(tmp_path / "clip.ts", time_base=Fraction(1, 90_000), frames=30, sound=True)
    job, segments = styled(clip, tmp_path / "parts", "h264")
    assert job.info.start > 1 or job.info.first_pts > 0
    join_segments(job, segments, tmp_path / "out.mp4")

    def begins(path: Path) -> list[Fraction]:
        with av.open(str(path)) as container:
            return [s.start_time * Fraction(s.time_base) for s in container.streams]

    source, made = begins(clip), begins(tmp_path / "out.mp4")
    assert min(made) >= 0
    assert abs((source[0] - source[1]) - (made[0] - made[1])) < Fraction(1, 10_000)


def test_no_frame_is_no_film(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=5)
    job, segments = styled(clip, tmp_path / "parts", "h264")
    empty = [StyledSegment(segment=segments[0].segment, path=None, times=(), end=0)]
    with pytest.raises(OutputError, match="no frame"):
        join_segments(job, empty, tmp_path / "out.mp4")


def test_a_segment_that_lacks_frames_is_found(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=30)
    job, segments = styled(clip, tmp_path / "parts", "h264")
    assert segments[1].path is not None
    segments[1].path.write_bytes((segments[0].path or clip).read_bytes())
    with pytest.raises(OutputError, match="expected 12 frames, got 13"):
        join_segments(job, segments, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
