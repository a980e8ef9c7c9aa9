"""One run of the benchmark of films, in a process of its own."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import psutil

from benchmarks.realtime_worker import peak_mib

WARM_UP = 2
"""Frames that are not counted, besides those in which a network is opened."""
MEMORY_EVERY = 500


class Clock:
    """The times at which frames are finished, and the memory in use now and then."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.memory: dict[int, float] = {}

    def __call__(self, _: object = None) -> None:
        """Note that a frame is finished."""
        self.times.append(time.perf_counter())
        if len(self.times) % MEMORY_EVERY == 0:
            self.memory[len(self.times)] = psutil.Process().memory_info().rss / 2**20

    def rate(self) -> float:
        """Frames a second from the warm-up to the finished file."""
        return (len(self.times) - WARM_UP) / (time.perf_counter() - self.times[WARM_UP - 1])


def ours(mode: str, clip: Path, output: Path, style: str, clock: Clock) -> None:
    from impasto.guidance.controls import StyleUse
    from impasto.stylizers.fast_style import parse_fast_style
    from impasto.video.painters import FrameStyle
    from impasto.video.pipeline import stylize_video
    from impasto.video.plan import VideoRequest

    painted = FrameStyle(uses=(StyleUse(style=parse_fast_style(style)),))
    request = VideoRequest(path=clip, style=painted, stability=mode)
    stylize_video(request, output, on_progress=clock)


def peer(clip: Path, output: Path, clock: Clock) -> None:
    """What a script around the usual network does: decode, paint, encode, frame by frame."""
    import av
    import torch

    from benchmarks.johnson import Johnson

    net = Johnson().eval()
    with av.open(str(clip)) as source, av.open(str(output), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.options = {"preset": "veryfast", "crf": "17"}
        given = source.streams.video[0].codec_context
        stream.height, stream.width = given.height, given.width
        for frame in source.decode(video=0):
            pixels = torch.from_numpy(frame.to_ndarray(format="rgb24")[None])
            painted = net.stylize(pixels)[0].numpy()
            container.mux(stream.encode(av.VideoFrame.from_ndarray(painted, format="rgb24")))
            clock()
        container.mux(stream.encode(None))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.video_worker")
    parser.add_argument("mode")
    parser.add_argument("clip", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--style", required=True)
    given = parser.parse_args()
    clock = Clock()
    if given.mode == "johnson":
        peer(given.clip, given.output, clock)
    else:
        ours(given.mode, given.clip, given.output, given.style, clock)
    report = {"rate": clock.rate(), "peak_mib": peak_mib(), "memory": clock.memory}
    given.report.write_text(json.dumps(report))


if __name__ == "__main__":
    main()
