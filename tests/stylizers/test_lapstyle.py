from collections.abc import Callable

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.stylizers.gatys import stylize as stylize_gatys
from impasto.stylizers.lapstyle import stylize
from impasto.stylizers.options import GatysOptions, LapStyleOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide

Make = Callable[..., torch.Tensor]


@pytest.mark.slow
def test_keeps_contours_better_than_gatys(cpu: DeviceChoice, smooth_image: Make) -> None:
    content = MaskedImage(image=smooth_image(64, 64, 1))
    style = MaskedImage(image=smooth_image(64, 64, 2))
    context = RunContext(device=cpu)
    plain = stylize_gatys(
        content, StyleGuide.of(style), GatysOptions(iterations=30, levels=1), context
    )
    steered = stylize(
        content, StyleGuide.of(style), LapStyleOptions(iterations=30, levels=1), context
    )
    assert laplacian_distance(steered.image, content.image) < 0.5 * laplacian_distance(
        plain.image, content.image
    )


def test_the_draft_is_free_of_the_laplacian(cpu: DeviceChoice, smooth_image: Make) -> None:
    content = MaskedImage(image=smooth_image(64, 64, 1))
    style = MaskedImage(image=smooth_image(64, 64, 2))
    options = LapStyleOptions(iterations=6, levels=2, laplacian_pooling=(1, 4))
    found = stylize(content, StyleGuide.of(style), options, RunContext(device=cpu))
    for step in found.trace:
        assert ("laplacian" in step.losses) == (step.size == (64, 64))


def test_one_level_has_it_from_the_start(cpu: DeviceChoice, smooth_image: Make) -> None:
    image = MaskedImage(image=smooth_image(32, 32, 1))
    options = LapStyleOptions(iterations=1, levels=1)
    found = stylize(image, StyleGuide.of(image), options, RunContext(device=cpu))
    assert "laplacian" in found.trace[0].losses
