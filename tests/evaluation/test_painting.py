from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from impasto.evaluation.painting import (
    find_painting,
    paint,
    painting_path,
    request_for,
)
from impasto.evaluation.plan import EvaluationPlan
from impasto.image.codec import open_image, save_image

Make = Callable[..., EvaluationPlan]


def test_a_painting_is_found_again(make_plan: Make, folder: Path) -> None:
    plan = make_plan()
    task = next(plan.tasks())
    request = request_for(plan, task)
    assert request.size == (48, 64)
    path = painting_path(folder, task)
    assert path == folder / "paintings" / "tint" / "cat--blue.png"
    assert find_painting(path, request) is None
    path.parent.mkdir(parents=True)
    result = paint(request, task, "auto")
    result.save(path)
    record = find_painting(path, request)
    assert record is not None
    assert record.settings["result_sha256"] == result.record["result_sha256"]


def test_what_was_painted_otherwise_is_not_taken(make_plan: Make, folder: Path) -> None:
    plan = make_plan()
    tasks = list(plan.tasks())
    request = request_for(plan, tasks[0])
    path = folder / "painting.png"
    result = paint(request, tasks[0], "auto")
    result.save(path)
    assert find_painting(path, request) is not None
    for other in (
        request_for(make_plan(size=80), tasks[0]),
        request_for(plan, tasks[1]),
        request_for(plan, tasks[2]),
        replace(request, options=replace(request.options, amount=0.5)),  # type: ignore[type-var]
    ):
        assert find_painting(path, other) is None
    replace(result, settings={**result.settings, "reason": "cancelled"}).save(path)
    assert find_painting(path, request) is None
    save_image(open_image(path), path, keep_metadata=False)
    assert find_painting(path, request) is None
