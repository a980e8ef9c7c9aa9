from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from impasto.device import DeviceChoice
from impasto.errors import NonFiniteLossError, OptionError
from impasto.progress import Cancellation, ProgressEvent
from impasto.training.loop import Images, LoopRecipe, TrainingLoop, sources_digest
from impasto.training.photos import PhotoCrops

RECIPE = LoopRecipe(steps=6, batch_size=2, crop_size=32, warmup_steps=1, learning_rate=0.05)


class Toning(nn.Module):
    """Multiplies each colour by a number."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(3, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images * self.gain


def darken(net: nn.Module, images: Images, step: int) -> dict[str, torch.Tensor]:
    """Wants half of the brightness."""
    photos = images["photos"]
    return {"pixels": (net(photos) - 0.5 * photos).square().mean()}


def broken(net: nn.Module, images: Images, step: int) -> dict[str, torch.Tensor]:
    return {"pixels": net(images["photos"]).sum() * float("nan")}


@pytest.fixture
def crops(tmp_path: Path) -> PhotoCrops:
    paths = []
    for seed in range(3):
        pixels = np.random.default_rng(seed).integers(0, 256, (40, 48, 3), dtype=np.uint8)
        paths.append(tmp_path / f"{seed}.png")
        Image.fromarray(pixels).save(paths[-1])
    return PhotoCrops(paths, crop_size=32, zoom=1.2, seed=0)


@pytest.fixture
def make(tmp_path: Path, crops: PhotoCrops, cpu: DeviceChoice):  # type: ignore[no-untyped-def]
    def loop(objective=darken, recipe: LoopRecipe = RECIPE, **others: object) -> TrainingLoop:  # type: ignore[no-untyped-def]
        return TrainingLoop(
            Toning(), objective, recipe, {"photos": crops}, folder=tmp_path / "run", device=cpu,
            **others,
        )  # fmt: skip

    return loop


def test_it_learns_and_tells(make) -> None:  # type: ignore[no-untyped-def]
    told: list[ProgressEvent] = []
    loop = make(recipe=LoopRecipe(steps=60, batch_size=2, crop_size=32, learning_rate=0.05))
    assert loop.run(on_progress=told.append)
    assert loop.net.gain.mean().item() == pytest.approx(0.5, abs=0.1)
    assert [event.step for event in told] == list(range(1, 61))
    assert set(told[-1].losses) == {"total", "pixels"}
    assert 0.5 < loop.mean.gain.mean().item() < 1  # it lags behind


def test_interrupted_equals_uninterrupted(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    whole = make()
    whole.run()
    whole.forget()
    cancellation = Cancellation()
    first = make()

    def stop(event: ProgressEvent) -> None:
        if event.step == 2:
            cancellation.cancel()

    assert not first.run(on_progress=stop, cancellation=cancellation)
    second = make()
    assert second.step == 2
    assert second.run()
    # The cosine follows the clock too, which differs by little.
    torch.testing.assert_close(second.net.gain, whole.net.gain, rtol=1e-3, atol=1e-3)


def test_finished_stays_finished_unless_it_may_go_on_longer(make) -> None:  # type: ignore[no-untyped-def]
    make().run()
    again = make()
    assert again.step == 6
    assert again.run()
    assert again.step == 6


def test_another_recipe_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    make().run()
    with pytest.raises(OptionError, match=r"learning_rate was 0\.05, and is 0\.1 now"):
        make(recipe=LoopRecipe(steps=6, batch_size=2, crop_size=32, warmup_steps=1,
                               learning_rate=0.1))  # fmt: skip
    longer = LoopRecipe(steps=6, batch_size=2, crop_size=32, warmup_steps=1, learning_rate=0.05,
                        minutes=99)  # fmt: skip
    assert make(recipe=longer).step == 6


def test_gradients_that_are_not_finite(make) -> None:  # type: ignore[no-untyped-def]
    loop = make(broken, LoopRecipe(steps=20, batch_size=2, crop_size=32))
    with pytest.raises(NonFiniteLossError, match="expected finite gradients"):
        loop.run()
    assert torch.equal(loop.net.gain, torch.ones(3, 1, 1))


def test_steps_relative_to_size(make) -> None:  # type: ignore[no-untyped-def]
    loop = make(relative_steps=True)
    assert [group["pace"] for group in loop.optimizer.param_groups] == [1.0]


def test_clock_ends_it(make) -> None:  # type: ignore[no-untyped-def]
    loop = make(recipe=LoopRecipe(minutes=0.01, batch_size=2, crop_size=32))
    loop.elapsed_s = 0.7
    assert loop.progress == 1
    assert loop.run()
    assert loop.step == 0


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"crop_size": 8}, {"ema_decay": 2.0}])
def test_wrong_recipes(wrong: dict[str, float]) -> None:
    with pytest.raises(OptionError):
        LoopRecipe(**wrong)  # type: ignore[arg-type]


def test_digest_is_of_names() -> None:
    assert sources_digest([Path("a/b")]) == sources_digest([Path("c/b")])
    assert sources_digest([Path("a")]) != sources_digest([Path("b")])
