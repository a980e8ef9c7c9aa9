from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import NonFiniteLossError, OptionError
from impasto.optimization.engine import Settings, minimize
from impasto.optimization.held_pixels import HeldPixels
from impasto.optimization.pyramid import Level, Size
from impasto.optimization.terms import ContentTerm, Term
from impasto.progress import Cancellation, ProgressEvent

Make = Callable[..., torch.Tensor]
LBFGS = Settings(optimizer="lbfgs", learning_rate=1.0, history=10, tolerance=0)
ADAM = Settings(optimizer="adam", learning_rate=0.05, history=1, tolerance=0)


@dataclass(frozen=True)
class PixelTerm:
    """A convex bowl around a colour: the minimum is known."""

    colour: float = 0.25
    weight: float = 1.0
    name: str = "pixels"
    layers: tuple[str, ...] = ()

    def loss(self, image: torch.Tensor, features: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return (image - self.colour).square().sum()


def bowl(size: Size) -> Sequence[Term]:
    return [PixelTerm()]


def levels(*plan: tuple[int, int]) -> list[Level]:
    return [Level(size=(side, side), iterations=count) for side, count in plan]


@pytest.mark.parametrize("settings", [LBFGS, ADAM], ids=["lbfgs", "adam"])
def test_finds_a_known_minimum(encoder: VGG, settings: Settings) -> None:
    start = torch.full((1, 3, 16, 16), 0.9)
    found = minimize(encoder, start, bowl, levels((16, 120)), settings)
    torch.testing.assert_close(found.image, torch.full_like(start, 0.25), atol=2e-2, rtol=0)
    assert found.reason == "finished"
    assert len(found.trace) == 120


def test_records_every_term(encoder: VGG) -> None:
    def terms(size: Size) -> Sequence[Term]:
        return [PixelTerm(weight=2.0), replace(PixelTerm(), colour=0.5, name="other")]

    found = minimize(encoder, torch.rand(1, 3, 16, 16), terms, levels((16, 5)), LBFGS)
    for step in found.trace:
        assert set(step.losses) == {"pixels", "other", "total"}
        assert step.losses["total"] == pytest.approx(step.losses["pixels"] + step.losses["other"])


def test_a_term_of_weight_zero_is_not_computed(encoder: VGG) -> None:
    def terms(size: Size) -> Sequence[Term]:
        return [PixelTerm(), PixelTerm(weight=0.0, name="off")]

    found = minimize(encoder, torch.rand(1, 3, 16, 16), terms, levels((16, 1)), LBFGS)
    assert "off" not in found.trace[0].losses


def test_coarse_to_fine_ends_at_the_finest_size(encoder: VGG) -> None:
    sizes: list[Size] = []

    def terms(size: Size) -> Sequence[Term]:
        sizes.append(size)
        return [PixelTerm()]

    plan = levels((16, 2), (32, 2))
    found = minimize(encoder, torch.rand(1, 3, 32, 32), terms, plan, LBFGS)
    assert sizes == [(16, 16), (32, 32)]
    assert found.image.shape == (1, 3, 32, 32)
    assert [step.size for step in found.trace] == [(16, 16)] * 2 + [(32, 32)] * 2


def test_stops_when_stable(encoder: VGG) -> None:
    settings = replace(LBFGS, tolerance=0.01)

    def flat(size: Size) -> Sequence[Term]:
        return [_Constant()]

    found = minimize(encoder, torch.rand(1, 3, 16, 16), flat, levels((16, 500)), settings)
    assert found.reason == "stabilized"
    assert len(found.trace) < 50


@dataclass(frozen=True)
class _Constant(PixelTerm):
    def loss(self, image: torch.Tensor, features: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return image.sum() * 0 + 3


def test_cancelling_keeps_the_best_so_far(encoder: VGG) -> None:
    cancellation = Cancellation()

    def stop_at_3(event: ProgressEvent) -> None:
        if event.step == 3:
            cancellation.cancel()

    start = torch.full((1, 3, 32, 32), 0.9)
    found = minimize(
        encoder,
        start,
        bowl,
        levels((16, 10), (32, 10)),
        LBFGS,
        on_progress=stop_at_3,
        cancellation=cancellation,
    )
    assert found.reason == "cancelled"
    assert len(found.trace) == 3
    assert found.image.shape == start.shape
    assert (found.image - 0.25).abs().mean() <= (start - 0.25).abs().mean()


def test_returns_the_best_image_not_the_last(encoder: VGG) -> None:
    wild = replace(ADAM, learning_rate=0.4)
    found = minimize(encoder, torch.rand(1, 3, 16, 16), bowl, levels((16, 30)), wild)
    best = min(step.losses["pixels"] for step in found.trace)
    assert PixelTerm().loss(found.image, {}).item() <= best * 1.001


def test_events_count_to_the_total_and_carry_images(encoder: VGG) -> None:
    events: list[ProgressEvent] = []
    settings = replace(LBFGS, image_every=4)
    plan = levels((16, 6), (32, 4))
    minimize(encoder, torch.rand(1, 3, 32, 32), bowl, plan, settings, on_progress=events.append)
    assert [event.step for event in events] == list(range(1, 11))
    assert {event.total for event in events} == {10}
    assert [event.step for event in events if event.image is not None] == [4, 8]
    assert all(event.image is None or event.image.shape[-1] == 32 for event in events)
    assert events[-1].remaining_s == pytest.approx(0, abs=1e-6)


def test_not_finite_from_the_start_is_an_error(encoder: VGG) -> None:
    def broken(size: Size) -> Sequence[Term]:
        return [PixelTerm(weight=float("nan"))]

    with pytest.raises(NonFiniteLossError, match="expected a finite number"):
        minimize(encoder, torch.rand(1, 3, 16, 16), broken, levels((16, 3)), LBFGS)


@dataclass(frozen=True)
class _Cliff(PixelTerm):
    """Not finite beyond a colour: a step too far must be taken back."""

    def loss(self, image: torch.Tensor, features: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return (image - 0.3).square().sum() / (image.min() > 0.2)


def test_goes_back_when_it_diverges(encoder: VGG) -> None:
    wild = replace(ADAM, learning_rate=0.5)
    start = torch.full((1, 3, 16, 16), 0.9)
    found = minimize(encoder, start, lambda _: [_Cliff()], levels((16, 60)), wild)
    assert found.image.min() > 0.2
    assert found.image.isfinite().all()


def test_content_term_brings_the_content_back(encoder: VGG, smooth_image: Make) -> None:
    content = smooth_image(32, 32)
    with torch.no_grad():
        target = encoder(content, ("relu2_1",))
    term = ContentTerm(weight=1.0, targets=target, normalization="relative")
    found = minimize(
        encoder, torch.full_like(content, 0.5), lambda _: [term], levels((32, 40)), LBFGS
    )
    assert found.trace[-1].losses["total"] < 0.1 * found.trace[0].losses["total"]


def test_nothing_to_optimise_is_an_error(encoder: VGG) -> None:
    with pytest.raises(OptionError, match="expected one above 0"):
        minimize(
            encoder,
            torch.rand(1, 3, 16, 16),
            lambda _: [PixelTerm(weight=0.0)],
            levels((16, 3)),
            LBFGS,
        )


@pytest.mark.parametrize("settings", [LBFGS, ADAM], ids=["lbfgs", "adam"])
def test_held_pixels_stay_at_every_size(encoder: VGG, settings: Settings) -> None:
    kept = torch.rand(1, 3, 32, 32)
    free = torch.zeros(1, 1, 32, 32)
    free[..., :16] = 1
    held = HeldPixels(image=kept, free=free)
    start = torch.full_like(kept, 0.9)
    found = minimize(encoder, start, bowl, levels((16, 60), (32, 60)), settings, held=held)
    assert torch.equal(found.image[..., 16:], kept[..., 16:])
    torch.testing.assert_close(
        found.image[..., :16], torch.full((1, 3, 32, 16), 0.25), atol=3e-2, rtol=0
    )
