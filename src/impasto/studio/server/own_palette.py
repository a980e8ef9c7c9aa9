"""The styles a person brought to an open document: taken, painted by jobs, removed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from impasto.errors import CapacityError, OptionError, UnknownNameError
from impasto.progress import ProgressCallback
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.server.jobs import Job, JobBoard, JobState
from impasto.studio.server.own_styles import OwnStyle
from impasto.studio.server.tools import Optimize
from impasto.studio.server.workspace import Topic, Workspace
from impasto.studio.style_mix import read_mix
from impasto.studio.style_queue import StyleStatus
from impasto.studio.styled_images import StyledImages


class OwnPalette:
    """A person's own styles of one document. Safe to use from several threads.

    Args:
        own: Those there are when the document is opened.
        optimize: Paints the photograph like a picture.
        is_instant: Whether the stylised images paint one's own styles by themselves, in one
            pass. Optimising is then a refinement, which has to be asked for.
    """

    def __init__(
        self, own: Iterable[OwnStyle], optimize: Optimize, *, is_instant: bool = False
    ) -> None:
        self._own = {style.name: style for style in own}
        self._optimize = optimize
        self._is_instant = is_instant
        self._lock = threading.Lock()
        self._workspace: Workspace | None = None
        self._jobs: JobBoard | None = None
        self._styled: StyledImages | None = None

    def __iter__(self) -> Iterator[OwnStyle]:
        with self._lock:
            return iter([*self._own.values()])

    def begin(self, workspace: Workspace, jobs: JobBoard, styled: StyledImages) -> None:
        """Show those that are painted; from now on others can be taken."""
        self._workspace, self._jobs, self._styled = workspace, jobs, styled
        for own in self:
            if (pixels := own.enlarged(workspace.size)) is not None:
                styled.put(own.name, pixels)
            elif self._is_instant:
                styled.add(own.name)

    def find(self, style: str) -> OwnStyle | None:
        """The style of that name, if there is one."""
        with self._lock:
            return self._own.get(style)

    def add(self, own: OwnStyle, count: int) -> Job:
        """Take a style and paint it.

        Raises:
            CapacityError: if there are ``count`` already, or too many jobs run.
        """
        with self._lock:
            if len(self._own) >= count:
                raise CapacityError(
                    f"own styles: expected at most {count} of one document; use one of those, "
                    "or remove one."
                )
            self._own[own.name] = own
        try:
            return self._start(own)
        except CapacityError:
            with self._lock:
                del self._own[own.name]
            raise

    def ask(self, own: OwnStyle) -> None:
        """Paint a style again if that failed or was stopped.

        Raises:
            CapacityError: if too many jobs run.
        """
        if own.painting is not None or self._job_state(own) is JobState.RUNNING:
            return
        if self._is_instant and self._styled is not None:
            self._styled.request(own.name)
        else:
            self._start(own)

    def refine(self, own: OwnStyle) -> Job:
        """Paint a style by optimisation, which takes minutes.

        Raises:
            CapacityError: if too many jobs run.
            OptionError: if that is done, or being done.
        """
        if own.painting is not None or self._job_state(own) is JobState.RUNNING:
            raise OptionError(
                f"style: expected one that is not refined yet; {own.title!r} is, or is about to be."
            )
        return self._start(own, refine=True)

    def remove(self, own: OwnStyle) -> None:
        """Forget a style for good; states of the past that name it show the photograph.

        Raises:
            OptionError: if the document that is shown has it.
            OutputError: if its files cannot be removed.
        """
        workspace = self._workspace
        if workspace is not None and (users := _users(workspace.document, own.name)):
            raise OptionError(
                f"style: expected one that nothing is painted in, but {', '.join(users)} "
                f"{'is' if len(users) == 1 else 'are'}; choose another style there first."
            )
        with self._lock:
            self._own.pop(own.name, None)
        if self._jobs is not None and self._job_state(own) is JobState.RUNNING:
            self._jobs.cancel(str(own.job))
        if self._styled is not None:
            self._styled.remove(own.name)
        if workspace is not None:
            for name in own.file_names:
                workspace.saver.detach(name)
            workspace.tell(Topic.STYLES)

    def describe(self) -> list[dict[str, Any]]:
        """What a client is told of them."""
        return [self._describe(own) for own in self]

    def _start(self, own: OwnStyle, *, refine: bool = False) -> Job:
        workspace, jobs = self._workspace, self._jobs
        if workspace is None or jobs is None:
            raise CapacityError("The document is still being opened; try again in a moment.")

        def work(job: Job, report: ProgressCallback) -> None:
            if self._is_instant and not refine:
                self._paint_at_once(own, workspace)
            else:
                self._paint(own, workspace, job, report)

        job = jobs.start("refine" if refine else "style", own.title, work, style=own.name)
        own.job = job.id
        workspace.tell(Topic.STYLES)
        return job

    def _paint_at_once(self, own: OwnStyle, workspace: Workspace) -> None:
        self._attach(workspace, own)
        try:
            if self._styled is not None and self.find(own.name) is own:
                self._styled.add(own.name)
                self._styled.wait(own.name)
        finally:
            workspace.tell(Topic.STYLES)

    def _paint(
        self, own: OwnStyle, workspace: Workspace, job: Job, report: ProgressCallback
    ) -> None:
        self._attach(workspace, own)
        photo = replace(workspace.photograph.picture, alpha=None)
        try:
            painting = self._optimize(
                photo, own.image, own.longest_side_px, report, job.cancellation
            )
        finally:
            workspace.tell(Topic.STYLES)
        if job.cancellation.is_cancelled or self._styled is None:
            return
        own.painting = painting
        self._attach(workspace, own)
        if (pixels := own.enlarged(workspace.size)) is not None:
            self._styled.put(own.name, pixels)
            workspace.repaint(own.name)

    def _attach(self, workspace: Workspace, own: OwnStyle) -> None:
        for name, content in own.attachments().items():
            # It may have been removed meanwhile.
            if self.find(own.name) is own:
                workspace.saver.attach(name, content)

    def _job_state(self, own: OwnStyle) -> JobState | None:
        try:
            return self._jobs.find(own.job).state if self._jobs and own.job else None
        except UnknownNameError:
            return None

    def _describe(self, own: OwnStyle) -> dict[str, Any]:
        state = self._job_state(own)
        job = self._jobs.find(own.job) if self._jobs and own.job and state else None
        status, error = StyleStatus.FAILED, job.error if job else None
        if self._styled and self._styled.get(own.name) is not None:
            status = StyleStatus.READY
        elif state is JobState.RUNNING:
            status = StyleStatus.PAINTING
        elif self._is_instant and error is None:
            status = StyleStatus.WAITING
        elif error is None:
            error = "It was stopped before it was done; ask for it again."
        return {
            **describe_style(own.name, own.title, status.value),
            "own": True,
            "thumbnail": status is StyleStatus.READY,
            "fraction": job.fraction if job and state is JobState.RUNNING else None,
            "error": error if status is StyleStatus.FAILED else None,
            "job": own.job,
            "mixes": self._is_instant,
            "refined": own.painting is not None,
        }


def describe_style(name: str, title: str, status: str) -> dict[str, Any]:
    """What a client is told of a style of which no more is known."""
    return {
        "name": name,
        "title": title,
        "own": False,
        "status": status,
        "thumbnail": False,
        "fraction": None,
        "error": None,
        "job": None,
        "parts": [],
        "matched": False,
        "mixes": False,
        "refined": False,
    }


def _users(document: Document, style: str) -> list[str]:
    """What is painted in a style: names of objects, from bottom to top, and the background."""

    def is_in(name: str | None) -> bool:
        return name is not None and style in read_mix(name).styles

    users = [f"{each.name!r}" for each in document.objects if is_in(each.look.style)]
    if is_in(document.background.look.style):
        users.append(f"the {BACKGROUND}")
    return users
