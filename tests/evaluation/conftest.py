"""Two methods that paint at once, a quick judge, photographs and styles."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from impasto.encoders.vgg import VGG
from impasto.evaluation.files import Findings
from impasto.evaluation.judge import Judge
from impasto.evaluation.plan import EvaluationPlan, Source
from impasto.evaluation.run import evaluate
from impasto.evaluation.summary import summarize
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.stylizers.catalog import METHODS, MethodSpec, get_method
from impasto.stylizers.options import MethodOptions, option
from impasto.stylizers.request import Painting


@dataclass(frozen=True, kw_only=True)
class TintOptions(MethodOptions):
    amount: float = option(0.8, "How much of the style's mean colour.", minimum=0, maximum=1)


@dataclass(frozen=True, kw_only=True)
class FaintOptions(MethodOptions):
    amount: float = option(0.1, "How much of the style's mean colour.", minimum=0, maximum=1)


class Painted(list[str]):
    """The names of the methods in the order in which they painted."""


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Painted:
    """Methods ``tint`` and ``faint`` lay the style's mean colour over the photograph."""
    calls = Painted()

    def paint(request: Any, options: Any, **context: Any) -> Painting:
        calls.append(request.method)
        pixels = resize_samples(request.content.pixels, request.size).astype(np.float32)
        color = request.uses[0].style.pixels.mean((0, 1))
        mixed = (1 - options.amount) * pixels + options.amount * color
        picture = replace(request.content, pixels=np.rint(mixed).astype(np.uint8))
        cancelled = context["cancellation"].is_cancelled
        return Painting(
            picture=picture,
            image=None,
            trace=(),
            reason="cancelled" if cancelled else "finished",
            settings={"engine": "numpy", "precision": "float32"},
        )

    module = ModuleType("tinting")
    module.paint = paint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tinting", module)
    for name, options in (("tint", TintOptions), ("faint", FaintOptions)):
        spec = MethodSpec(
            name=name,
            title=name.title(),
            description="for tests",
            source="nobody",
            options=options,
            module="tinting",
            kind="feed-forward",
        )
        monkeypatch.setitem(METHODS, name, spec)  # type: ignore[arg-type]
    return calls


@pytest.fixture(scope="session")
def judge(slim: VGG) -> Judge:
    return Judge(slim)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with ``photos`` and ``styles``, each of two small pictures."""
    generator = np.random.default_rng(0)
    for folder, names in (("photos", ("cat", "dog")), ("styles", ("red", "blue"))):
        (tmp_path / folder).mkdir()
        for index, name in enumerate(names):
            coarse = generator.integers(0, 256, (5, 6 + index, 3), dtype=np.uint8)
            pixels = resize_samples(coarse, (72, 96))
            save_image(Picture(pixels=pixels), tmp_path / folder / f"{name}.png")
    return tmp_path


@pytest.fixture
def make_plan(pictures: Path, painted: Painted) -> Callable[..., EvaluationPlan]:
    def make(*methods: str, **given: Any) -> EvaluationPlan:
        def sources(folder: str) -> list[Source]:
            paths = sorted((pictures / folder).iterdir())
            return [Source(name=path.stem, place=str(path)) for path in paths]

        chosen = [get_method(name) for name in methods or ("tint", "faint")]
        return EvaluationPlan(
            contents=sources("photos"),
            styles=sources("styles"),
            methods=chosen,
            **{"size": 64, **given},
        )

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a report."""
    (tmp_path / "report").mkdir()
    return tmp_path / "report"


@pytest.fixture
def findings(make_plan: Callable[..., EvaluationPlan], folder: Path, judge: Judge) -> Findings:
    """A finished evaluation of the two methods, in ``folder``."""
    plan = make_plan(at_most={"faint": 3})
    outcome = evaluate(plan, folder, judge, judge_name="slim")
    return Findings(
        plan=plan,
        judge="slim",
        outcome=outcome,
        summary=summarize(outcome.measured, seed=plan.seed, draws=50),
        art_fids=(),
        costs=(),
        left_out={"lpips": "its backbone is not here"},
        draws=50,
    )
