from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from impasto.video.joining import Joined, join_segments

from .conftest import SAMPLE_RATE, add_sound, scene, write_clip
from .test_joining import styled

TICK = Fraction(1, 1000)


def add_text(container: Any, codec: str) -> Any:
    """Two lines of subtitles: at 0.1 s for 0.5 s, and at 0.8 s for 0.4 s."""
    from av.subtitles.subtitle import SubtitleSet

    stream = container.add_stream(codec)
    context = stream.codec_context
    context.subtitle_header = (
        b"[Script Info]\n[V4+ Styles]\nFormat: Name\nStyle: Default\n[Events]\nFormat: Text\n"
    )
    context.time_base = stream.time_base = TICK
    stream.metadata["language"] = "fra"
    packets = []
    for number, (begin, length, text) in enumerate(
        [(100, 500, "Bonjour"), (800, 400, "Au revoir")]
    ):
        line = f"{number},0,Default,,0,0,0,,{text}".encode()
        packet = context.encode_subtitle(SubtitleSet.create(text=line, start=0, end=length))
        packet.pts = packet.dts = begin
        packet.duration, packet.time_base, packet.stream = length, TICK, stream
        packets.append(packet)
    return packets


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A film in Matroska with sound, subtitles, chapters, a title and an attachment."""
    picture = write_clip(tmp_path / "picture.mp4", frames=40)
    path = tmp_path / "rich.mkv"
    with av.open(str(picture)) as source, av.open(str(path), "w") as container:
        container.metadata["title"] = "Rich"
        container.set_chapters(
            [
                {"id": 1, "start": 0, "end": 700, "time_base": TICK, "metadata": {"title": "One"}},
                {
                    "id": 2,
                    "start": 700,
                    "end": 1600,
                    "time_base": TICK,
                    "metadata": {"title": "Two"},
                },
            ]
        )
        video = container.add_stream_from_template(source.streams.video[0], opaque=True)
        packets = add_text(container, "subrip")
        container.add_attachment("font.ttf", "font/ttf", b"letters")
        add_sound(container, 1.6, "aac")
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = video
                container.mux(packet)
        for packet in packets:
            container.mux(packet)
    return path


def join(clip: Path, output: Path, codec: str = "h264", **others: Any) -> Joined:
    job, segments = styled(clip, output.parent / f"parts-{output.name}", codec)
    return join_segments(job, segments, output, **others)


def streams(path: Path) -> list[tuple[str, str]]:
    with av.open(str(path)) as container:
        return sorted(
            (each.type, each.codec_context.name if each.codec_context else "")
            for each in container.streams
        )


def texts(path: Path) -> list[tuple[float, float, str]]:
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        found = []
        for packet in container.demux(stream):
            decoded = stream.codec_context.decode2(packet) if packet.size else None
            for rect in decoded or ():
                text = rect.dialogue.decode() if rect.type == b"ass" else ""
                at = float(packet.pts * packet.time_base)
                found.append((at, float(packet.duration * packet.time_base), text))
        return [each for each in found if each[2]]


def test_all_of_a_matroska_is_kept_in_one(rich: Path, tmp_path: Path) -> None:
    joined = join(rich, tmp_path / "out.mkv")
    assert joined.notes == ()
    assert streams(tmp_path / "out.mkv") == streams(rich)
    assert texts(tmp_path / "out.mkv") == texts(rich)
    with av.open(str(rich)) as source, av.open(str(tmp_path / "out.mkv")) as made:
        assert made.metadata["title"] == "Rich"
        assert [(c["start"], c["end"], c["metadata"]) for c in made.chapters()] == [
            (c["start"], c["end"], c["metadata"]) for c in source.chapters()
        ]
        assert made.streams.subtitles[0].language == "fra"
        assert made.streams.attachments[0].data == b"letters"


def test_subtitles_become_those_of_the_container(rich: Path, tmp_path: Path) -> None:
    joined = join(rich, tmp_path / "out.mp4")
    assert any("becomes mov_text" in note for note in joined.notes)
    assert any("attachment" in note and "left out" in note for note in joined.notes)
    found = texts(tmp_path / "out.mp4")
    assert [(at, length) for at, length, _ in found] == [(0.1, 0.5), (0.8, 0.4)]
    assert "Bonjour" in found[0][2]


def test_sound_that_a_container_does_not_hold_is_encoded_anew(rich: Path, tmp_path: Path) -> None:
    joined = join(rich, tmp_path / "out.webm", "vp9")
    assert any("becomes libopus" in note for note in joined.notes)
    with av.open(str(tmp_path / "out.webm")) as container:
        frames = list(container.decode(audio=0))
        samples = np.concatenate([f.to_ndarray()[0] for f in frames])
        rate = frames[0].sample_rate
    assert len(samples) / rate == pytest.approx(1.6, abs=0.05)
    middle = samples[rate // 2 : rate]
    spectrum = np.abs(np.fft.rfft(middle))
    assert spectrum.argmax() * rate / len(middle) == pytest.approx(440, abs=3)


def test_a_part_shifts_everything_alike(rich: Path, tmp_path: Path) -> None:
    job, segments = styled(rich, tmp_path / "parts", "h264")
    join_segments(job, segments[1:], tmp_path / "out.mkv", start=Fraction(1, 2), end=Fraction(3, 2))
    with av.open(str(tmp_path / "out.mkv")) as made:
        assert [(c["start"], c["end"]) for c in made.chapters()] == [
            (0, 200_000_000),
            (200_000_000, 1_000_000_000),
        ]
        sound = [p for p in made.demux(made.streams.audio[0]) if p.size]
    assert 0 <= sound[0].pts * TICK < 0.03
    assert 0.97 < (sound[-1].pts + sound[-1].duration) * TICK < 1.03
    lines = [(at, length) for at, length, _ in texts(tmp_path / "out.mkv")]
    assert np.array(lines) == pytest.approx(np.array([(0.0, 0.1), (0.3, 0.4)]))


def test_a_cover_is_kept(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=10)
    Image.fromarray(scene(0)).save(tmp_path / "cover.png")
    path = tmp_path / "covered.mp4"
    with (
        av.open(str(clip)) as source,
        av.open(str(tmp_path / "cover.png")) as cover,
        av.open(str(path), "w") as container,
    ):
        video = container.add_stream_from_template(source.streams.video[0], opaque=True)
        still = container.add_stream_from_template(cover.streams.video[0], opaque=True)
        still.disposition = av.stream.Disposition.attached_pic
        for origin, target in ((cover, still), (source, video)):
            for packet in origin.demux(origin.streams.video[0]):
                if packet.size:
                    packet.stream = target
                    container.mux(packet)
    join(path, tmp_path / "out.mp4")
    assert streams(tmp_path / "out.mp4") == [("video", "h264"), ("video", "png")]


def test_other_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=10)
    path = tmp_path / "two.mp4"
    with av.open(str(path), "w") as container:
        sources = [av.open(str(clip)) for _ in range(2)]
        targets = [
            container.add_stream_from_template(each.streams.video[0], opaque=True)
            for each in sources
        ]
        for origin, target in zip(sources, targets, strict=True):
            for packet in origin.demux(origin.streams.video[0]):
                if packet.size:
                    packet.stream = target
                    container.mux(packet)
            origin.close()
    joined = join(path, tmp_path / "out.mp4")
    assert joined.notes == ("video stream 1 (h264) is left out",)


def test_sound_is_the_same_to_the_sample(clip: Path, tmp_path: Path) -> None:
    join(clip, tmp_path / "out.mp4")

    def samples(path: Path) -> np.ndarray:
        with av.open(str(path)) as container:
            return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)

    assert np.array_equal(samples(tmp_path / "out.mp4"), samples(clip))
    assert samples(clip).shape[1] >= SAMPLE_RATE
