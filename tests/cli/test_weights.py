import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import DownloadError
from impasto.progress import Cancellation
from impasto.weights.catalog import WEIGHTS


def test_json(run: Callable[..., Any]) -> None:
    listed = json.loads(run("weights", "--json").out)
    assert [one["name"] for one in listed] == list(WEIGHTS)
    assert listed[0]["state"] == "ready"
    assert Path(listed[0]["path"]).is_file()


def test_text(run: Callable[..., Any]) -> None:
    shown = run("weights").out
    assert "vgg19  ready\n" in shown
    assert all(spec.licence in shown for spec in WEIGHTS.values())


def test_weights_that_are_here_need_no_fetching(run: Callable[..., Any]) -> None:
    path = Path(run("weights", "vgg19").out.strip().removeprefix("vgg19: "))
    assert path.is_file()
    listed = json.loads(run("weights", "vgg19", "--json").out)
    assert [one["name"] for one in listed] == ["vgg19"]
    assert listed[0]["path"] == str(path)


def test_names_are_checked_before_any_download(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impasto.weights.store.ensure", lambda *_a, **_k: pytest.fail("fetched"))
    outcome = run("weights", "vgg16", "vgg99")
    assert outcome.code == 2
    assert "vgg99" in outcome.err


def test_interrupted_download(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def ensure(_spec: object, *, cancellation: Cancellation, **_options: object) -> None:
        cancellation.cancel()
        raise DownloadError("stopped; what arrived is kept")

    monkeypatch.setattr("impasto.weights.store.ensure", ensure)
    outcome = run("weights", "vgg16")
    assert outcome.code == 130
    assert outcome.err == "stopped; what arrived is kept\n"
