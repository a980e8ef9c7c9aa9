"""What ``impasto stylize`` says about its files, one by one and at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from impasto.cli.console import print_json, stderr, stdout
from impasto.errors import ImpastoError

if TYPE_CHECKING:
    from impasto.pipeline import FileJob
    from impasto.render import RenderResult


class Outcomes:
    """Collects what became of each photograph and prints it.

    Args:
        total: How many photographs there are; the error of a single one is raised.
        json: Print one JSON document at the end instead of a line a file.
    """

    def __init__(self, total: int, *, json: bool) -> None:
        self._total, self._json = total, json
        self._reports: list[dict[str, Any]] = []
        self._failures: list[str] = []
        self._skipped = 0

    def painted(self, job: FileJob, result: RenderResult) -> None:
        """A result is saved, or there is none as the work was cancelled too early."""
        self._reports.append(
            {
                "photo": str(job.photo),
                "output": str(job.output) if result.is_painted else None,
                "duration_s": round(result.duration_s, 3),
                "steps": len(result.trace),
                "reason": result.reason,
                "losses": result.final_losses,
                "settings": result.settings,
            }
        )
        if not result.is_painted:
            stderr.print(f"{job.output}: not written, as there was no step yet")
        elif not self._json:
            steps = f"{result.duration_s:.1f} s, {result.reason}"
            facts = steps if result.trace else f"{result.duration_s:.2f} s"
            stdout.print(f"{job.output}  ({facts})")

    def skipped(self, job: FileJob) -> None:
        """The file was there already, made from this photograph with these settings."""
        self._skipped += 1
        self._reports.append(
            {"photo": str(job.photo), "output": str(job.output), "reason": "skipped"}
        )

    def failed(self, job: FileJob, error: ImpastoError) -> None:
        """A photograph could not be painted; the others can.

        Raises:
            ImpastoError: the error, if there is only this photograph.
        """
        if self._total == 1:
            raise error
        message = " ".join(str(error).splitlines())
        named = str(job.photo) in message or str(job.output) in message
        self._failures.append(message if named else f"{job.photo}: {message}")
        self._reports.append({"photo": str(job.photo), "output": None, "error": message})

    def finish(self, *, cancelled: bool) -> None:
        """Print what is left to say.

        Raises:
            typer.Exit: with 130 if cancelled, or 1 if a photograph failed.
        """
        if self._json:
            print_json(self._reports[0] if self._total == 1 and self._reports else self._reports)
        if self._skipped:
            stderr.print(
                f"{self._skipped} of {self._total} were done already; --overwrite paints them again"
            )
        for message in self._failures:
            stderr.print(Text.assemble(("error:", "bold red"), f" {message}"))
        if self._failures:
            stderr.print(f"{len(self._failures)} of {self._total} photographs failed")
        if cancelled and len(self._reports) < self._total:
            stderr.print(f"interrupted: {len(self._reports)} of {self._total} are done")
        if cancelled:
            raise typer.Exit(130)
        if self._failures:
            raise typer.Exit(1)
