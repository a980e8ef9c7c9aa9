import random

import numpy as np
import pytest
import torch

from impasto.segmentation import click_training
from impasto.segmentation.click_lessons import Lesson
from impasto.segmentation.click_network import FEATURE_CHANNELS, ClickMasks, ClickNetwork
from impasto.segmentation.click_training import ClickTraining, choose, play, train
from impasto.segmentation.training_objects import targets_of


def lesson() -> Lesson:
    labels = np.zeros((64, 96), np.uint8)
    labels[16:48, 24:64] = 1
    generator = torch.Generator().manual_seed(0)
    features = {
        s: torch.randn(1, c, 64 // s, 96 // s, generator=generator)
        for s, c in FEATURE_CHANNELS.items()
    }
    return Lesson(features=features, targets=targets_of(labels, (64, 96), partition=False))


class OneLesson:
    def __init__(self, *_: object) -> None:
        pass

    def draw(self, objects: int) -> Lesson:
        assert objects > 0
        return lesson()


def test_the_clock_ends_training_and_weights_are_agreed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(click_training, "Lessons", OneLesson)
    seconds = iter(range(10**6))
    monkeypatch.setattr(click_training.time, "monotonic", lambda: float(next(seconds)))
    exchanged = []

    def agree(vector: torch.Tensor) -> torch.Tensor:
        exchanged.append(vector)
        return vector

    network = train([], {}, ClickTraining(minutes=3 / 60, photos_per_update=1), agree=agree)
    assert isinstance(network, ClickNetwork)
    assert all(torch.isfinite(each).all() for each in network.parameters())
    assert len(exchanged) == 4
    assert len(exchanged[0]) == sum(each.numel() for each in network.parameters()) + 1


def test_goes_on_from_given_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click_training, "Lessons", OneLesson)
    begin = {name: each + 0.01 for name, each in ClickNetwork().state_dict().items()}
    options = ClickTraining(minutes=1e-6, learning_rate=1e-9, weight_decay=0, photos_per_update=1)
    found = train([], {}, options, begin=begin).state_dict()
    for name, each in begin.items():
        torch.testing.assert_close(found[name], each, atol=1e-5, rtol=1e-4)


def test_steps_lower_the_loss() -> None:
    torch.manual_seed(0)
    network, one = ClickNetwork(), lesson()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for seed in range(12):
        loss = play(network, one, random.Random(seed), turns=1)
        losses.append(float(loss.detach()))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert np.mean(losses[-3:]) < 0.75 * np.mean(losses[:2])


@pytest.mark.parametrize("turns", [1, 3])
def test_a_play_of_any_length_teaches_everything(turns: int) -> None:
    torch.manual_seed(0)
    network = ClickNetwork()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    torch.autograd.backward(play(network, lesson(), random.Random(1), turns=turns))
    assert not [name for name, each in network.named_parameters() if each.grad is None]


def test_the_person_goes_on_from_the_best_candidate_or_the_likeliest() -> None:
    wanted = torch.zeros(1, 1, 4, 4)
    wanted[..., :2] = 1
    logits = torch.full((1, 4, 4, 4), -3.0)
    logits[:, 2] = (wanted[:, 0] * 2 - 1) * 3
    masks = ClickMasks(logits=logits, quality=torch.tensor([[0.0, 5.0, 0.0, 0.0]]), likeness={})
    valid = torch.ones_like(wanted)
    found = [
        choose(masks, wanted, valid, first=True, chance=random.Random(seed)) for seed in range(20)
    ]
    best = sum(bool(((each > 0.5) == (wanted > 0.5)).all()) for each in found)
    assert 8 < best < 20
    later = choose(masks, wanted, valid, first=False, chance=random.Random(0))
    assert not (later > 0.5).any()
