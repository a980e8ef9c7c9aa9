"""What a painting costs: time and peak memory of a method, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from impasto.errors import NotReadyError
from impasto.evaluation.plan import EvaluationPlan

LONGEST_S = 1800


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What painting one pair took.

    Attributes:
        method: Its name.
        content: The photograph.
        style: The style.
        size: (H, W) of the painting.
        first_s: Seconds of the first painting, with all that is loaded for it.
        seconds: Of each painting after it; empty where one takes too long to repeat.
        peak_mib: Most memory the process ever held, Python and all libraries included;
            ``None`` where the system does not tell.
        engine: What computed it.
    """

    method: str
    content: str
    style: str
    size: tuple[int, int]
    first_s: float
    seconds: tuple[float, ...]
    peak_mib: float | None
    engine: str

    @property
    def median_s(self) -> float:
        """The middle one of the repeated paintings, or the only one."""
        times = sorted(self.seconds or (self.first_s,))
        middle = len(times) // 2
        return times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2

    @property
    def spread_s(self) -> tuple[float, float]:
        """The quickest and the slowest of them."""
        times = self.seconds or (self.first_s,)
        return min(times), max(times)


def measure_cost(plan: EvaluationPlan, method: str, *, device: str = "auto") -> Cost | None:
    """Paint the first photograph again and again in a new process.

    Args:
        plan: What is evaluated.
        method: Name of one of its methods.
        device: Where it runs.

    Returns:
        Of the first style that the method paints; ``None`` where there is none.

    Raises:
        NotReadyError: if the process failed or took too long.
    """
    usable = (each for each in plan.styles if (method, each.name) not in plan.left_out)
    photo, style = plan.contents[0], next(usable, None)
    if style is None:
        return None
    asked = {
        "method": method,
        "content": asdict(photo),
        "style": asdict(style),
        "size": plan.size,
        "iterations": plan.iterations,
        "device": device,
    }
    command = [sys.executable, "-m", "impasto.evaluation.cost_worker", json.dumps(asked)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=True)
        told = json.loads(ran.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise NotReadyError(f"{method}: its cost could not be measured: {last}") from error
    except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise NotReadyError(f"{method}: its cost could not be measured: {error}") from error
    return Cost(
        method=method,
        content=photo.name,
        style=style.name,
        size=(told["size"][0], told["size"][1]),
        first_s=told["first_s"],
        seconds=tuple(told["seconds"]),
        peak_mib=told["peak_mib"],
        engine=told["engine"],
    )
