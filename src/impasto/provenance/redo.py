"""A record as the request that makes its picture again, and what is not as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from impasto.errors import InputsDifferError, RecordError
from impasto.guidance.controls import StyleUse
from impasto.guidance.mask_words import find_masks
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressCallback
from impasto.provenance.difference import Difference
from impasto.provenance.record import Record
from impasto.provenance.recorded_styles import StyleSearch
from impasto.render import RenderResult, device_for, render
from impasto.sources import blank_canvas
from impasto.stylizers.guidance_settings import digest, picture_digest
from impasto.stylizers.options import (
    ArbitraryOptions,
    FastOptions,
    MethodOptions,
    OptimizationOptions,
)
from impasto.stylizers.request import RenderRequest

if TYPE_CHECKING:
    from impasto.device import DeviceChoice

SURROUNDINGS = (
    "impasto",
    "device",
    "engine",
    "precision",
    "threads",
    "torch",
    "openvino",
    "onnxruntime",
)
"""What may change the last bits of a picture though all it is made from is the same."""


ATTEMPTS = 3
"""Paintings after which one of its size would have had its own graph."""


@dataclass(frozen=True, kw_only=True)
class GivenInputs:
    """What a person gives to make a picture again.

    Attributes:
        content: The photograph; ``None`` where the picture was made of an empty canvas.
        styles: Style images or folders of networks that are not found by name.
        masks: Words of :func:`~impasto.guidance.mask_words.find_masks` in place of those
            recorded: one for all styles, or one for each.
        start: The image the work started from, in place of the one recorded.
    """

    content: Picture | None = None
    styles: Sequence[str] = ()
    masks: Sequence[str] = ()
    start: str | None = None


@dataclass(frozen=True, kw_only=True)
class RedoPlan:
    """What makes a picture again.

    Attributes:
        request: What to render.
        device: Where; ``None`` where the engine chooses.
        differences: What the picture is made from that is not as it was.
    """

    request: RenderRequest
    device: DeviceChoice | None
    differences: tuple[Difference, ...]

    def check(self) -> None:
        """Refuse to make another picture than the one recorded.

        Raises:
            InputsDifferError: naming all that differs.
        """
        if self.differences:
            listed = "; ".join(str(each) for each in self.differences)
            raise InputsDifferError(
                f"This would be another picture: {listed}. Give what it was made from, or go on "
                "with --force."
            )


def redo(
    plan: RedoPlan,
    record: Record,
    *,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> RenderResult:
    """Make the picture of a record again.

    The third image of one size in a process has a graph compiled for it, whose rounding differs
    by a level here and there. So a picture painted in one pass that does not agree at first is
    painted again, as it would be among many of its size.

    Args:
        plan: What to render.
        record: What the file says.
        on_progress: Told of every step.
        cancellation: Ends the work; the result is the best so far.
    """
    wanted = record.settings.get("result_sha256")
    attempts = ATTEMPTS if record.method.kind == "feed-forward" and wanted else 1

    def paint() -> RenderResult:
        return render(
            plan.request, device=plan.device, on_progress=on_progress, cancellation=cancellation
        )

    first = again = paint()
    while again.record["result_sha256"] != wanted and (attempts := attempts - 1):
        again = paint()
    return again if again.record["result_sha256"] == wanted else first


def plan_redo(record: Record, given: GivenInputs) -> RedoPlan:
    """The request that makes the picture of a record again.

    Args:
        record: What the file says.
        given: The photograph, and what is not found by name.

    Raises:
        RecordError: if the record does not say enough, or a style is not here.
        DeviceError: if the device or the engine is not to be had here.
        ImpastoError: if what was given cannot be read.
    """
    if record.is_of_studio:
        raise RecordError(
            f"{record.file}: was exported from the studio, whose pictures are of many objects; "
            "open its project there and export it again."
        )
    method, options = record.method, record.options
    content = _content(record, given.content)
    search = StyleSearch(record, given.styles)
    uses, mask_differences = _masked(record, search.find(), given.masks, content)
    initial, start_differences = _start(record, options, given.start)
    request = RenderRequest(
        content=content,
        styles=tuple(uses),
        controls=record.controls,
        method=method.name,
        options=_settled(options, record.settings),
        size=record.size,
        initial_image=initial,
    )
    differences = (
        *_compared("the photograph", record.take("content_sha256", str), content),
        *search.differences,
        *mask_differences,
        *start_differences,
        *_weights_differences(record, options),
        *_interruption(record),
    )
    device = record.settings.get("device")
    precision = record.settings.get("precision") if method.kind == "optimized" else None
    return RedoPlan(
        request=request,
        device=device_for(method, str(device or "auto"), str(precision or "auto")),
        differences=differences,
    )


def surrounding_differences(
    recorded: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Difference]:
    """What ran a method then and now, where it is not the same.

    Args:
        recorded: Settings of a record.
        now: Settings of a result.

    Example:
        >>> surrounding_differences({"threads": 2}, {"threads": 8})
        [Difference(what='threads', recorded='2', found='8')]
    """
    return [
        Difference(name, str(recorded.get(name)), str(now.get(name)))
        for name in SURROUNDINGS
        if recorded.get(name) != now.get(name)
    ]


def _content(record: Record, content: Picture | None) -> Picture:
    if content is not None:
        return content
    blank = blank_canvas(record.size)
    if picture_digest(blank) != record.settings.get("content_sha256"):
        raise RecordError(
            f"{record.file}: was made of a photograph (sha256 "
            f"{str(record.settings.get('content_sha256'))[:12]}…); name its file."
        )
    return blank


def _masked(
    record: Record, uses: Sequence[StyleUse], words: Sequence[str], content: Picture
) -> tuple[list[StyleUse], list[Difference]]:
    """The styles with the masks they had, and the masks that differ."""
    recorded = {
        index: str(entry["mask_sha256"])
        for index, entry in enumerate(record.styles)
        if entry.get("mask_sha256")
    }
    if len(words) > 1 and len(words) != len(recorded):
        raise RecordError(
            f"{record.file}: expected a mask for all styles or one for each of the "
            f"{len(recorded)} that had one, got {len(words)}."
        )
    chosen = list(words) or [str(record.styles[index].get("mask") or "") for index in recorded]
    if not all(chosen):
        raise RecordError(
            f"{record.file}: has masks that were drawn and not files; give their files with --mask."
        )
    found = find_masks(chosen, content) if recorded else []
    if len(found) == 1:
        found, chosen = found * len(recorded), chosen * len(recorded)
    masked, differences = list(uses), []
    for (index, sha256), mask, word in zip(recorded.items(), found, chosen, strict=False):
        masked[index] = replace(uses[index], mask=mask, mask_name=word)
        if (now := digest(mask)) != sha256:
            what = f"the mask of the style {uses[index].name!r}"
            differences.append(Difference(what, sha256, now))
    return masked, differences


def _start(
    record: Record, options: MethodOptions, path: str | None
) -> tuple[Picture | None, list[Difference]]:
    """The image the work started from, and whether it differs."""
    recorded = record.settings.get("initial_sha256")
    if recorded is None:
        return None, []
    named = options.init if isinstance(options, OptimizationOptions) else ""
    picture = open_image(path or named)
    return picture, _compared("the image to start from", str(recorded), picture)


def _compared(what: str, recorded: str, picture: Picture) -> list[Difference]:
    found = picture_digest(picture)
    return [] if found == recorded else [Difference(what, recorded, found)]


def _weights_differences(record: Record, options: MethodOptions) -> list[Difference]:
    """Encoders and networks that any style shares; those of fast styles are its styles."""
    if isinstance(options, OptimizationOptions):
        from impasto.encoders.catalog import get_encoder
        from impasto.weights.catalog import get_weights

        what, recorded = f"the weights of {options.encoder}", record.take("weights_sha256", str)
        found = get_weights(get_encoder(options.encoder).weights).sha256
    elif isinstance(options, ArbitraryOptions) and "networks_sha256" in record.settings:
        from impasto.weights.arbitrary_networks import read_arbitrary_networks

        what, recorded = "the networks for any style", record.take("networks_sha256", str)
        found = read_arbitrary_networks().version
    else:
        return []
    return [] if recorded == found else [Difference(what, recorded, found)]


def _interruption(record: Record) -> list[Difference]:
    if record.settings.get("reason") != "cancelled":
        return []
    return [Difference("the work", "interrupted", "done to its end")]


def _settled(options: MethodOptions, settings: Mapping[str, Any]) -> MethodOptions:
    """The options with the engine and the precision that they chose then."""
    if isinstance(options, FastOptions | ArbitraryOptions) and settings.get("engine"):
        return replace(options, engine=settings["engine"], precision=settings["precision"])
    return options
