"""Making a report: the parts that are not done, one after the other, each kept at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from impasto.errors import CancelledError, ImpastoError
from impasto.progress import ProgressCallback, ProgressEvent, Stopwatch
from impasto.reports.machine import machine_facts
from impasto.reports.page import save_page
from impasto.reproduction.bench import Bench
from impasto.reproduction.catalog import PARTS, PartSpec
from impasto.reproduction.folder import PAGE, Measured, ReportFolder, open_report
from impasto.reproduction.other_work import OtherWork
from impasto.reproduction.report_page import report_page


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of making a report.

    Attributes:
        page: The page to open.
        made: Names of the parts made now.
        kept: Names of the chosen parts that were there already.
        failed: Names of the parts that failed, and why.
    """

    page: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]
    failed: Mapping[str, str]


def reproduce(
    folder: str | Path,
    bench: Bench,
    *,
    parts: Sequence[PartSpec] = tuple(PARTS.values()),
    restart: bool = False,
    on_progress: ProgressCallback | None = None,
) -> Outcome:
    """Make the papers' tables and figures again on this machine.

    A part that is done is not made again. One that fails does not stop the others.

    Args:
        folder: Of the report: JSON, figures and ``index.html``.
        bench: Sizes, photographs, device and what stops the work.
        parts: Which, in order.
        restart: Make all of them, whatever is there.
        on_progress: Told how far the report is.

    Raises:
        OutputError: if the folder cannot be taken; see
            :func:`~impasto.reproduction.folder.open_report`.
    """
    facts = machine_facts()
    with open_report(Path(folder), _settings(bench, facts), restart=restart) as report:
        done = {spec.name: found for spec in PARTS.values() if (found := report.find(spec))}
        kept = tuple(spec.name for spec in parts if spec.name in done)
        todo = [spec for spec in parts if spec.name not in done]
        made: list[str] = []
        failed: dict[str, str] = {}
        progress = _Progress(todo, on_progress)

        def save() -> Path:
            page = report_page(done, facts, bench.sizes, failed)
            return save_page(page, report.folder / PAGE)

        page = save()
        for spec in todo:
            try:
                measured = _measure(spec, replace(bench, report=progress.inside(spec)))
            except CancelledError:
                break
            except ImpastoError as error:
                failed[spec.name] = str(error)
            else:
                _keep(report, measured)
                done[spec.name] = measured
                made.append(spec.name)
            progress.done(spec)
            save()
    return Outcome(page=page, made=tuple(made), kept=kept, failed=failed)


def _measure(spec: PartSpec, bench: Bench) -> Measured:
    watch, others = Stopwatch(), OtherWork()
    bench.report(0.0, "starting")
    spec.require_packages()
    result = spec.load().measure(bench)
    return Measured(
        spec=spec,
        result=result,
        duration_s=watch.elapsed_s,
        others=others.share(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _keep(report: ReportFolder, measured: Measured) -> None:
    """Write the figures, then the part: where that is, its figures are."""
    exhibit = measured.spec.load().show(measured.result)
    exhibit.save_figures(report.folder, measured.spec.name)
    report.keep(measured)


def _settings(bench: Bench, facts: Mapping[str, str]) -> dict[str, Any]:
    """What all parts of a report have in common; else it would mix what cannot be compared."""
    photographs = sha256()
    for photograph in bench.photographs:
        photographs.update(str(photograph.picture.size).encode())
        photographs.update(photograph.picture.pixels.tobytes())
    return {
        "sizes": bench.sizes.name,
        "photographs": photographs.hexdigest(),
        "device": bench.device,
        "machine": facts["machine"],
        "versions": facts["versions"],
    }


class _Progress:
    """How far a report is: the parts by what they cost, and the share of the one under way."""

    def __init__(self, parts: Sequence[PartSpec], listener: ProgressCallback | None) -> None:
        self._parts, self._listener = parts, listener
        self._watch = Stopwatch()
        self._done_s = 0.0
        self._count = 0

    def inside(self, spec: PartSpec) -> Any:
        """What the part is to tell its share to."""

        def report(share: float, words: str) -> None:
            self._tell(self._done_s + share * spec.cost_s, f"{spec.name}: {words}")

        return report

    def done(self, spec: PartSpec) -> None:
        self._done_s += spec.cost_s
        self._count += 1
        self._tell(self._done_s, spec.name)

    def _tell(self, done_s: float, stage: str) -> None:
        if self._listener is None:
            return
        total_s = sum(spec.cost_s for spec in self._parts)
        self._listener(
            ProgressEvent(
                stage=stage,
                step=self._count,
                total=len(self._parts),
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._watch.remaining_s(done_s, total_s),
            )
        )
