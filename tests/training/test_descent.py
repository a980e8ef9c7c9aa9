import logging
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import NonFiniteLossError
from impasto.networks.realtime_net import RealtimeNet
from impasto.training.descent import MOST_SKIPPED_STEPS, Descent, parameter_groups
from impasto.training.history import StepRecord
from impasto.training.job import TrainingJob
from impasto.training.processes import Machines, Processes, quieten

Begin = Callable[..., Descent]
Make = Callable[..., torch.Tensor]


@pytest.fixture
def begin(make_job: Callable[..., TrainingJob], judge: VGG, smooth_image: Make) -> Begin:
    """A training of two styles that is about to begin, or to go on."""

    def new(state: dict[str, Any] | None = None, **changes: Any) -> Descent:
        quieten()
        processes = Processes(Machines(accelerator="cpu"), "float32")
        processes.launch()
        job = make_job(sources=("candy", "mosaic"), **changes)
        paintings = [smooth_image(32, 32, seed=seed) for seed in (1, 2)]
        return Descent(job, processes, judge, paintings, state)

    return new


def batches(first: int = 0) -> Iterator[torch.Tensor]:
    while True:
        yield torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(first))
        first += 1


def run(descent: Descent, stop_after: int | None = None) -> tuple[bool, list[StepRecord]]:
    records: list[StepRecord] = []
    done = descent.run(
        batches(descent.step),
        is_cancelled=lambda: len(records) == stop_after,
        after_step=records.append,
    )
    return done, records


def test_steps_reduce_the_loss_and_move_the_mean(begin: Begin) -> None:
    descent = begin(steps=30)
    done, records = run(descent)
    assert done
    assert [record.step for record in records] == list(range(1, 31))
    totals = [record.losses["total"] for record in records]
    assert sum(totals[-5:]) < 0.5 * sum(totals[:5])
    net, mean = descent.net.state_dict(), descent.mean.state_dict()
    assert all(mean[name].isfinite().all() for name in net)
    assert not torch.equal(net["tail.conv.weight"], mean["tail.conv.weight"])
    assert math.isclose(
        records[0].losses["total"],
        sum(value for name, value in records[0].losses.items() if name != "total"),
        rel_tol=1e-5,
    )


def test_a_stop_anywhere_changes_nothing(begin: Begin) -> None:
    whole = begin()
    run(whole)
    first = begin()
    assert run(first, stop_after=3)[0] is False
    state = {name: value for name, value in first.state().items() if name != "elapsed_s"}
    second = begin({**state, "elapsed_s": 12.5})
    assert second.elapsed_s >= 12.5
    done, records = run(second)
    assert done
    assert [record.step for record in records] == [4, 5, 6]
    for kind in ("net", "mean"):
        for name, value in whole.state()[kind].items():
            assert torch.equal(second.state()[kind][name], value), name
    assert second.style_weights == whole.style_weights


def test_the_mean_is_the_formula(begin: Begin) -> None:
    descent = begin(steps=2)
    expected = descent.net.state_dict()["head.weight"].clone()
    seen: list[torch.Tensor] = []

    def keep(record: StepRecord) -> None:
        seen.append(descent.net.state_dict()["head.weight"].clone())

    descent.run(batches(), is_cancelled=lambda: False, after_step=keep)
    for step, weights in enumerate(seen):
        decay = (step + 1) / (step + 10)
        expected = decay * expected + (1 - decay) * weights
    assert torch.allclose(descent.mean.state_dict()["head.weight"], expected, atol=1e-7)


def test_time_ends_a_training_too(begin: Begin) -> None:
    descent = begin(steps=10**6, minutes=0.01)
    done, records = run(descent)
    assert done
    assert 0 < len(records) < 1000


def test_a_loss_that_is_not_finite_ends_it_early(begin: Begin) -> None:
    descent = begin()
    descent.net.state_dict()["head.weight"].fill_(math.nan)
    with pytest.raises(
        NonFiniteLossError, match=r"step 1: .*content nan.*--learning-rate below 0.002"
    ):
        run(descent)


def test_gradients_that_are_not_finite_are_skipped_a_few_times(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    descent = begin(steps=2)
    before = {name: value.clone() for name, value in descent.net.state_dict().items()}
    monkeypatch.setattr(
        descent.processes.fabric, "clip_gradients", lambda *_, **__: torch.tensor(math.inf)
    )
    with caplog.at_level(logging.WARNING):
        done, _ = run(descent)
    assert done
    assert descent.skipped_steps == 2
    assert "step 2: the gradient is inf; skipped, 2 so far" in caplog.text
    assert all(torch.equal(descent.net.state_dict()[name], before[name]) for name in before)
    longer = begin(steps=99)
    monkeypatch.setattr(
        longer.processes.fabric, "clip_gradients", lambda *_, **__: torch.tensor(math.nan)
    )
    with pytest.raises(NonFiniteLossError, match=f"not finite {MOST_SKIPPED_STEPS + 1} times"):
        run(longer)


def test_gradients_that_blow_up_are_told(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    descent = begin(steps=56)
    norms = iter([1.0] * 53 + [100.0] * 3)
    monkeypatch.setattr(
        descent.processes.fabric, "clip_gradients", lambda *_, **__: torch.tensor(next(norms))
    )
    monkeypatch.setattr(descent.steps, "step", lambda: None)
    with caplog.at_level(logging.WARNING):
        run(descent)
    assert caplog.text.count("times its usual length") == 1
    assert "step 54: the gradient is 100 times" in caplog.text


def test_rows_can_be_trained_alone() -> None:
    net = RealtimeNet(rows=3)
    groups = parameter_groups(net, 0.0)
    assert [len(group["params"]) for group in groups] == [1]
    assert groups[0]["params"][0] is net.rows
    assert [name for name, each in net.named_parameters() if each.requires_grad] == ["rows"]
