"""A report's folder: what is measured is kept a part at a time, whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from impasto.errors import ImpastoError, OutputError
from impasto.image.codec import open_image, save_image
from impasto.image.destination import replace_file
from impasto.image.picture import ImageMetadata, Picture
from impasto.reproduction.catalog import PARTS, PartSpec
from impasto.reproduction.record import from_json, to_json
from impasto.weights.file_lock import exclusive

logger = logging.getLogger(__name__)

SETTINGS = "report.json"
RESULTS = "parts"
LOCK = ".lock"
PAGE = "index.html"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A part that is done.

    Attributes:
        spec: Which.
        result: What its module measured.
        duration_s: Seconds it took.
        others: Which part of the processor other programs took meanwhile, 0 to 1.
        date: When it was done, as ISO 8601 has it.
    """

    spec: PartSpec
    result: Any
    duration_s: float
    others: float
    date: str


@contextmanager
def open_report(
    folder: Path, settings: Mapping[str, Any], *, restart: bool = False
) -> Iterator[ReportFolder]:
    """Make or take up the folder of a report, and keep others out of it.

    Args:
        folder: New, empty, or that of a report with the same settings.
        settings: What all of its parts are made with, as JSON.
        restart: Drop what is there of a report.

    Raises:
        OutputError: if it cannot be written, holds something else, was made with other
            settings, or another process makes a report there now.
    """

    def refuse() -> None:
        raise OutputError(
            f"{folder}: another process makes a report there; wait for it, or choose another."
        )

    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = {path.name for path in folder.iterdir()} - {LOCK}
    except OSError as error:
        raise OutputError(f"{folder}: could not be made: {error}; choose another.") from error
    if others and not (folder / SETTINGS).is_file():
        raise OutputError(
            f"{folder}: expected a new or empty folder or one with a report, but it holds "
            f"{sorted(others)[0]!r}; choose another."
        )
    with exclusive(folder / LOCK, on_wait=refuse):
        report = ReportFolder(folder)
        if restart:
            report.clear()
        report.begin(settings)
        yield report


class ReportFolder:
    """The files of a report; see :func:`open_report`.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, settings: Mapping[str, Any]) -> None:
        """Write down the settings, or hold them against those the report was begun with.

        Raises:
            OutputError: if they differ.
        """
        path = self.folder / SETTINGS
        wanted = json.loads(json.dumps(dict(settings)))
        if path.exists():
            found = _read(path)
            different = sorted(
                name for name in {*wanted, *found} if wanted.get(name) != found.get(name)
            )
            if different:
                raise OutputError(
                    f"{self.folder}: the report there was begun with another "
                    f"{' and another '.join(different)}; choose another folder, or begin anew "
                    "with --restart."
                )
        self._write(path, wanted)

    def clear(self) -> None:
        """Remove what a report has put into the folder, and nothing else."""
        for path in [self.folder / SETTINGS, self.folder / PAGE]:
            path.unlink(missing_ok=True)
        for name in PARTS:
            for figure in (self.folder / f"{name}.png", *self.folder.glob(f"{name}-[2-9].png")):
                figure.unlink(missing_ok=True)
        shutil.rmtree(self.folder / RESULTS, ignore_errors=True)

    def keep(self, measured: Measured) -> None:
        """Write a part: its pictures first, then the file that says it is done.

        Raises:
            OutputError: if it cannot be written.
        """
        name = measured.spec.name
        pictures = self.folder / RESULTS / name
        pictures.mkdir(parents=True, exist_ok=True)

        def keep(place: str, picture: Picture) -> str:
            bare = replace(picture, metadata=ImageMetadata())
            return save_image(bare, pictures / f"{place}.png").name

        entry = {
            "part": name,
            "title": measured.spec.title,
            "source": measured.spec.source,
            "date": measured.date,
            "duration_s": measured.duration_s,
            "others": measured.others,
            "result": to_json(measured.result, keep),
        }
        self._write(self._entry(measured.spec), entry)

    def find(self, spec: PartSpec) -> Measured | None:
        """A part, if it is done."""
        path = self._entry(spec)
        if not path.exists():
            return None
        try:
            entry = _read(path)
            result = from_json(
                spec.load().Result,
                entry["result"],
                lambda name: open_image(path.with_suffix("") / name, min_side=1),
            )
            return Measured(
                spec=spec,
                result=result,
                duration_s=float(entry["duration_s"]),
                others=float(entry["others"]),
                date=str(entry["date"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, ImpastoError) as error:
            logger.warning("%s: cannot be read (%s); the part is made again.", path, error)
            return None

    def _entry(self, spec: PartSpec) -> Path:
        return self.folder / RESULTS / f"{spec.name}.json"

    def _write(self, path: Path, value: Any) -> None:
        text = json.dumps(value, indent=2, allow_nan=False) + "\n"
        with replace_file(path) as file:
            file.write(text.encode("utf-8"))


def _read(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise TypeError(f"expected a JSON object, got {type(value).__name__}")
    return value
