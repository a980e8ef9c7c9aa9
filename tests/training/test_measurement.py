from collections.abc import Callable

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.metrics.content_distance import content_distance
from impasto.metrics.style_left import style_left
from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
from impasto.progress import Cancellation, ProgressEvent
from impasto.training.measurement import measure
from impasto.training.samples import stylize_row

Make = Callable[..., torch.Tensor]


def test_is_the_mean_of_the_metrics(judge: VGG, smooth_image: Make) -> None:
    net = RealtimeNet(RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=0), rows=3).eval()
    net.rows.data[2] += 0.3
    images = [smooth_image(32, 40, seed=seed) for seed in (1, 2)]
    paintings = [smooth_image(48, 32, seed=seed) for seed in (3, 4)]
    events: list[ProgressEvent] = []
    found = measure(net, judge, images, paintings, on_progress=events.append)
    for row, (painting, numbers) in enumerate(zip(paintings, found, strict=True), start=1):
        results = [stylize_row(net, image, row) for image in images]
        lefts = [
            style_left(result, image, painting, encoder=judge)
            for result, image in zip(results, images, strict=True)
        ]
        distances = [
            content_distance(result, image, encoder=judge)
            for result, image in zip(results, images, strict=True)
        ]
        assert numbers["style_left"] == pytest.approx(sum(lefts) / 2, abs=1e-4)
        assert numbers["content_distance"] == pytest.approx(sum(distances) / 2, abs=1e-4)
    assert [(event.step, event.total) for event in events] == [(1, 2), (2, 2)]


def test_without_photographs_nothing_is_known(judge: VGG, smooth_image: Make) -> None:
    net = RealtimeNet(RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=0), rows=2).eval()
    cancellation = Cancellation()
    cancellation.cancel()
    painting = smooth_image(32, 32)
    found = measure(net, judge, [painting], [painting], cancellation=cancellation)
    assert found == [{}]
