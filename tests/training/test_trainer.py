import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    OptionError,
    UnknownNameError,
)
from impasto.networks.catalog import load_network
from impasto.progress import Cancellation, ProgressEvent
from impasto.training.job import TrainingJob
from impasto.training.processes import Machines, quieten
from impasto.training.reports import ReportTimes
from impasto.training.trainer import TrainingResult, train
from impasto.weights.store import load_tensors
from impasto.weights.style_networks import WEIGHTS, StyleNetwork, find_fast_style

Make = Callable[..., TrainingJob]
CPU = Machines(accelerator="cpu")

RANKS_SCRIPT = """
import os, sys, torch
from impasto.cli.app import main
from impasto.training import trainer

class Kept(trainer.Descent):
    def run(self, *args, **kwargs):
        done = super().run(*args, **kwargs)
        torch.save(self.net.state_dict(), f"rank{self.processes.rank}.pt")
        return done

if __name__ == "__main__":
    trainer.Descent = Kept
    main()
"""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    quieten()


def weights_of(network: StyleNetwork | None) -> dict[str, torch.Tensor]:
    assert network is not None
    return load_tensors(network.file(WEIGHTS))


def assert_same(one: StyleNetwork | None, other: StyleNetwork | None) -> None:
    ours, theirs = weights_of(one), weights_of(other)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_new_style_is_there_by_name(make_job: Make, photos: Path, tmp_path: Path) -> None:
    (photos / "broken.jpg").touch()
    events: list[ProgressEvent] = []
    result = train(make_job(steps=8), machines=CPU, on_progress=events.append)
    found = find_fast_style("blue")
    assert result.network is not None
    assert found.folder == result.network.folder
    assert result.step == 8
    card = found.card
    assert card["recipe"]["steps"] == 8
    assert card["data"]["photos"] == 7
    assert card["data"]["folder"] == "coco"
    assert {path.name for path in result.skipped} <= {"broken.jpg"}
    assert card["data"]["skipped"] == len(result.skipped)
    assert card["losses"]["steps"] == 8
    assert card["losses"]["total"] > 0
    assert {"style_left", "content_distance", "style_weight"} <= card["styles"]["blue"].keys()
    assert str(tmp_path) not in str(dict(card))
    trained = [event for event in events if event.stage.startswith("training")]
    assert [event.step for event in trained] == list(range(1, 9))
    assert all(event.total == 8 and event.losses["total"] > 0 for event in trained)
    assert trained[-1].remaining_s == 0
    assert events[-1].stage == "measuring"
    left = {path.name for path in result.run_folder.iterdir()}
    assert {"losses.jsonl", "losses.png", "recipe.json", "samples-000008.png"} <= left
    assert "checkpoint.pt" not in left
    load_network(found)


def test_a_cancelled_training_goes_on_to_the_same_result(make_job: Make) -> None:
    whole = train(make_job("whole"), machines=CPU)
    cancellation = Cancellation()

    def stop_at_three(event: ProgressEvent) -> None:
        if event.step == 3:
            cancellation.cancel()

    job = make_job("parts")
    first = train(job, machines=CPU, on_progress=stop_at_three, cancellation=cancellation)
    assert first.network is None
    assert first.step == 3
    assert not job.destination.folder.exists()
    second = train(job, machines=CPU)
    assert (second.first_step, second.step) == (3, 6)
    assert_same(second.network, whole.network)


def test_another_recipe_does_not_go_on(make_job: Make) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    train(make_job(), machines=CPU, cancellation=cancellation)
    with pytest.raises(OptionError, match=r"steps was 6, and is 7 now.*--restart"):
        train(make_job(steps=7), machines=CPU)
    assert train(make_job(steps=7), machines=CPU, restart=True).step == 7


def test_the_papers_network_trains_too(make_job: Make) -> None:
    job = make_job(steps=2, architecture="transform", shape=("width=2",), stability_weight=1.0)
    network = train(job, machines=CPU).network
    assert network is not None
    assert network.rows == ()
    assert find_fast_style("blue").card["shape"]["width"] == 2


def test_a_network_trains_on(make_job: Make) -> None:
    train(make_job(steps=2), machines=CPU)
    job = make_job("red", steps=1, init_from="blue", learning_rate=1e-9, final_learning_rate=0.0)
    old, new = weights_of(find_fast_style("blue")), weights_of(train(job, machines=CPU).network)
    assert all(torch.allclose(old[name], new[name], atol=1e-5) for name in old)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"batch_size": 7}, OptionError, "at most the 6 photographs"),
        ({"encoder": "vgg99"}, UnknownNameError, "vgg99"),
        ({"content_layer": "relu9_9"}, UnknownNameError, "relu9_9"),
        ({"init_from": "nothing"}, UnknownNameError, "nothing"),
    ],
)
def test_refusals_write_nothing(
    make_job: Make,
    styles_folder: Path,
    changes: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        train(make_job(**changes), machines=CPU)
    assert not styles_folder.exists()


def test_photographs_that_are_none(make_job: Make, tmp_path: Path, styles_folder: Path) -> None:
    job = make_job()
    bad = tmp_path / "bad"
    bad.mkdir()
    with pytest.raises(ImageNotFoundError, match="no photographs"):
        train(replace(job, photos=bad), machines=CPU)
    for number in range(2):
        (bad / f"{number}.jpg").touch()
    with pytest.raises(ImageFormatError, match="none of 2 files"):
        train(replace(job, photos=bad), machines=CPU)
    with pytest.raises(OptionError, match="multiple of the 4 processes"):
        train(job, machines=Machines(accelerator="cpu", devices=4))
    assert not styles_folder.exists()


@pytest.mark.slow
def test_killed_and_resumed_is_the_same_to_the_bit(
    make_job: Make, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    steps = {"steps": 4000, "checkpoint_every": 2}
    process = start(*(f"--{name.replace('_', '-')}={value}" for name, value in steps.items()))
    losses = tmp_path / "styles" / "blue.training" / "losses.jsonl"
    deadline = time.monotonic() + 120
    while not losses.is_file() or losses.read_text().count("\n") < 5:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    def finish(job: TrainingJob) -> tuple[TrainingResult, dict[str, Any]]:
        """Eight steps more, since four thousand take too long."""
        cancellation = Cancellation()
        stop = wanted[0]

        def watch(event: ProgressEvent) -> None:
            if event.step >= stop:
                cancellation.cancel()

        times = ReportTimes(checkpoint_every=10**6)
        result = train(job, machines=CPU, times=times, on_progress=watch, cancellation=cancellation)
        state = torch.load(result.run_folder / "checkpoint.pt", weights_only=True)
        return result, state

    killed_at = losses.read_text().count("\n")
    wanted = [killed_at + 8]
    resumed, state = finish(make_job(steps=4000))
    assert 0 < resumed.first_step <= killed_at
    whole_job = replace(make_job("whole", steps=4000), styles=make_job().styles)
    whole, expected = finish(whole_job)
    assert (whole.first_step, whole.step, resumed.step) == (0, wanted[0], wanted[0])
    for kind in ("net", "mean"):
        for name, value in expected[kind].items():
            assert torch.equal(state[kind][name], value), name
    for place, moments in expected["optimizer"]["state"].items():
        for name, value in moments.items():
            assert torch.equal(state["optimizer"]["state"][place][name], value)
    assert state["balance"] == expected["balance"]


@pytest.mark.slow
def test_two_processes_do_what_one_does(
    make_job: Make, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    script = tmp_path / "ranks.py"
    script.write_text(RANKS_SCRIPT)
    process = start("--devices", "2", script=script)
    alone = train(make_job("alone"), machines=CPU)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err[:4000]
    assert Path(out.strip().splitlines()[-1]).name == "blue"
    ranks = [torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in (0, 1)]
    assert all(torch.equal(ranks[0][name], ranks[1][name]) for name in ranks[0])
    together = find_fast_style("blue")
    assert together.card["training"]["processes"] == 2
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    # Biases before a normalisation have gradients of nothing but rounding, and wander.
    answers = [net(image, net.rows[1:]) for net in map(load_network, (together, alone.network))]
    assert torch.allclose(*answers, atol=2e-3)
    losses = [network.card["losses"]["total"] for network in (together, alone.network)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert os.environ.get("LOCAL_RANK") is None
