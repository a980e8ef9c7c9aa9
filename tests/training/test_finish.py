from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.training import finish as module
from impasto.training.descent import Descent
from impasto.training.finish import finish
from impasto.training.history import History
from impasto.training.job import TrainingJob
from impasto.training.photos import find_photos
from impasto.training.processes import Machines, Processes, quieten
from impasto.weights.style_networks import PREVIEW


def test_the_judge_is_always_the_same(
    make_job: Callable[..., TrainingJob],
    judge: VGG,
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A training through average pooling is measured through max pooling, as all are."""
    asked: list[object] = []

    def load(name: str, *, pooling: str, device: object) -> VGG:
        asked.append((name, pooling))
        return judge

    monkeypatch.setattr(module, "load_encoder", load)
    job = replace(make_job(pooling="average"), preview_photos=tuple(find_photos(photos)[:1]))
    quieten()
    processes = Processes(Machines(accelerator="cpu"), "float32")
    processes.launch()
    style_images = [torch.rand(1, 3, 32, 32)]
    descent = Descent(job, processes, judge, style_images)
    network = finish(
        descent,
        History(tmp_path),
        style_images=style_images,
        held_out=find_photos(photos)[-2:],
        data={"photos": 6},
    )
    assert asked == [("vgg19", "max")]
    assert network.card["data"] == {"photos": 6, "measured_on": 2}
    assert network.card["styles"]["blue"]["style_left"] > 0
    assert network.card["styles"]["blue"]["style_weight"] == 3.0
    assert network.card["training"]["versions"]["torch"] == torch.__version__
    assert str(tmp_path) not in str(dict(network.card))
    assert network.file(PREVIEW).is_file()
