"""The process that paints one pair again and again, and says what it cost."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from impasto.evaluation.painting import paint, request_for
from impasto.evaluation.plan import EvaluationPlan, Source, Task
from impasto.stylizers.catalog import get_method

MOST_REPEATS = 9
ENOUGH_S = 20.0
"""After so many seconds of repeated painting there is no further one."""


def main(arguments: list[str]) -> None:
    """Print the cost of what ``arguments[0]`` asks for in JSON, as JSON."""
    asked = json.loads(arguments[0])
    photo, style = Source(**asked["content"]), Source(**asked["style"])
    method = get_method(asked["method"])
    plan = EvaluationPlan(
        contents=[photo],
        styles=[style],
        methods=[method],
        size=asked["size"],
        iterations=asked["iterations"],
    )
    sys.stdout.write(json.dumps(cost_of(plan, asked["device"])) + "\n")


def cost_of(plan: EvaluationPlan, device: str) -> dict[str, Any]:
    """Times and memory of the only pair of a plan, in this process."""
    task: Task = next(plan.tasks())
    request = request_for(plan, task)
    began = time.perf_counter()
    result = paint(request, task, device)
    first_s = time.perf_counter() - began
    seconds: list[float] = []
    while len(seconds) < MOST_REPEATS and first_s + sum(seconds) < ENOUGH_S:
        began = time.perf_counter()
        paint(request, task, device)
        seconds.append(time.perf_counter() - began)
    settings = result.settings
    engine = settings.get("engine") or f"torch on {settings.get('device')}"
    return {
        "size": list(result.picture.size),
        "first_s": round(first_s, 5),
        "seconds": [round(each, 5) for each in seconds],
        "peak_mib": peak_memory_mib(),
        "engine": f"{engine}, {settings.get('precision')}",
    }


def peak_memory_mib() -> float | None:
    """The most memory this process ever held; ``None`` where the system does not tell.

    On Linux the kernel's high-water mark: ``getrusage`` would give the peak of the process
    that started this one, if that was higher.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    import psutil

    peak = getattr(psutil.Process().memory_info(), "peak_wset", None)
    if peak is not None:
        return round(int(peak) / 2**20, 1)
    if sys.platform == "win32":
        return None
    import resource

    scale = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
