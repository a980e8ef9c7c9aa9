import pytest
import torch

from impasto.encoders.slim import SLIM_RANKS, SlimVGG
from impasto.encoders.vgg import CHANNELS_PER_BLOCK, VGG
from impasto.errors import ShapeError
from impasto.training import slim_fit
from impasto.training.slim_fit import fit_slim
from impasto.weights.catalog import OXFORD_PREPROCESSING


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> VGG:
    """A VGG of few channels whose responses vary in two directions."""
    for module in ("vgg", "slim"):
        name = f"impasto.encoders.{module}.CHANNELS_PER_BLOCK"
        monkeypatch.setattr(name, (6, 6, 8, 8, 8))
    generator = torch.Generator().manual_seed(0)
    weights, channels = {}, 3
    for name in ("conv1_1", *SLIM_RANKS):
        width = (6, 6, 8, 8, 8)[int(name[4]) - 1]
        kernel = torch.randn(width, channels, 3, 3, generator=generator) * 0.1
        if name != "conv1_1":
            left = torch.randn(width, 2, generator=generator)
            inner = torch.randn(2, 2, 3, 3, generator=generator)
            right = torch.randn(2, channels, generator=generator)
            kernel = torch.einsum("oa,abuv,bi->oiuv", left, inner, right) * 0.1
        weights[f"{name}.weight"] = kernel
        weights[f"{name}.bias"] = 0.1 * torch.randn(width, generator=generator)
        channels = width
    return VGG("vgg19", weights, preprocessing=OXFORD_PREPROCESSING)


def images(count: int = 4) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.rand(4, 3, 48, 48, generator=generator) for _ in range(count)]


def test_responses_of_rank_two_need_two_directions(
    narrow: VGG, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slim_fit, "SLIM_RANKS", dict.fromkeys(SLIM_RANKS, (2, 2)))
    told: dict[str, float] = {}
    weights = fit_slim(narrow, images(), report=told.__setitem__)
    assert list(told) == list(narrow.layers[::2])
    assert max(told.values()) < 1e-3
    slim = SlimVGG(weights, preprocessing=OXFORD_PREPROCESSING)
    image = images()[0]
    expected, found = narrow(image, ("relu3_1",)), slim(image, ("relu3_1",))
    scale = expected["relu3_1"].abs().max()
    torch.testing.assert_close(
        found["relu3_1"] / scale, expected["relu3_1"] / scale, rtol=0, atol=0.02
    )


def test_one_direction_is_too_few(narrow: VGG, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slim_fit, "SLIM_RANKS", dict.fromkeys(SLIM_RANKS, (1, 1)))
    told: dict[str, float] = {}
    fit_slim(narrow, images(2), report=told.__setitem__)
    assert told["conv1_1"] == 0
    assert told["conv5_4"] > 0.01


def test_same_seed_same_weights(narrow: VGG, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slim_fit, "SLIM_RANKS", dict.fromkeys(SLIM_RANKS, (2, 2)))
    first, second = (fit_slim(narrow, images(2), seed=3) for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_what_is_given_stays_and_the_rest_follows(
    narrow: VGG, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slim_fit, "SLIM_RANKS", dict.fromkeys(SLIM_RANKS, (2, 2)))
    whole = fit_slim(narrow, images(2))
    first = fit_slim(narrow, images(2), last="conv2_2")
    assert {name.split(".")[0] for name in first} == {"conv1_1", "conv1_2", "conv2_1", "conv2_2"}
    told: dict[str, float] = {}
    both = fit_slim(narrow, images(4), given=first, report=told.__setitem__)
    assert next(iter(told)) == "conv3_1"
    assert both.keys() == whole.keys()
    assert all(torch.equal(both[name], whole[name]) for name in first)
    assert max(told.values()) < 1e-3


def test_no_images(narrow: VGG) -> None:
    with pytest.raises(ShapeError, match="at least one batch"):
        fit_slim(narrow, [])


def test_channels_are_as_everywhere() -> None:
    assert CHANNELS_PER_BLOCK == (64, 128, 256, 512, 512)
