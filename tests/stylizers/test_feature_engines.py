from pathlib import Path

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.errors import OptionError
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.feature_engines import NETWORKS, StyleMemory, shared_feature_engine
from impasto.stylizers.options import AdainOptions, ArbitraryOptions


def test_what_was_found_is_not_sought_again() -> None:
    memory, calls = StyleMemory(), []
    for _ in range(2):
        assert memory.recall(("a",), lambda: calls.append(1) or 5) == 5
    assert calls == [1]


def test_the_oldest_is_forgotten() -> None:
    memory, calls = StyleMemory(kept=2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        memory.recall((key,), lambda key=key: calls.append(key))
    assert calls == ["a", "b", "c", "b"]


def test_a_gpu_has_torch_alone() -> None:
    gpu = DeviceChoice(device=torch.device("cuda"), dtype=torch.float32, reason="test")
    with pytest.raises(OptionError, match="use engine torch there"):
        shared_feature_engine(AdainOptions(engine="openvino"), gpu)


def test_every_method_for_any_style_says_what_it_needs() -> None:
    kinds = {spec.options for spec in METHODS.values()}
    assert {each for each in kinds if issubclass(each, ArbitraryOptions)} == set(NETWORKS)


def test_engines_are_opened_once(any_style: Path) -> None:
    first, second = (shared_feature_engine(AdainOptions(precision="float32")) for _ in range(2))
    assert first is second
