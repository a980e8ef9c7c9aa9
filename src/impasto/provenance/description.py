"""A record in words that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from impasto.errors import ImpastoError
from impasto.provenance.record import Record

Fact = tuple[str, str]

ENGINES = ("torch", "openvino", "onnxruntime")
PLAIN_USE = {"weight": 1.0, "strength": 1.0, "scale": 1.0, "layers": None}


def describe(record: Record) -> list[Fact]:
    """What a record says, as labels and words; what it lacks is left out.

    Args:
        record: What a file says about its picture.
    """
    settings = record.settings
    if record.is_of_studio:
        objects = settings["studio"].get("objects", ())
        return [
            ("made by", f"Impasto {record.version}, in the studio"),
            ("objects", str(len(objects))),
        ]
    method = record.method
    return [
        ("made by", f"Impasto {record.version}"),
        ("method", f"{method.name} ({method.source})"),
        *_film(settings),
        *_size(settings),
        *(fact for entry in settings.get("styles", ()) for fact in _style(entry)),
        *_controls(settings),
        *_options(record),
        *_engine(settings),
        *_checksums(settings),
        *_end(settings),
    ]


def _size(settings: Mapping[str, Any]) -> Iterator[Fact]:
    size = settings.get("size")
    if isinstance(size, list) and len(size) == 2:
        yield "size", f"{size[1]} x {size[0]} px"


def _film(settings: Mapping[str, Any]) -> Iterator[Fact]:
    if settings.get("film"):
        yield "film", str(settings["film"])
    if settings.get("stability"):
        yield "stability", str(settings["stability"])


def _style(entry: Mapping[str, Any]) -> Iterator[Fact]:
    how = [
        f"{name} {_value(entry[name])}"
        for name, plain in PLAIN_USE.items()
        if entry.get(name, plain) != plain
    ]
    yield "style", ", ".join([str(entry.get("name")), *how])
    if entry.get("sha256"):
        yield "  image", f"sha256 {entry['sha256']}"
    if "network" in entry:
        yield "  network", f"{entry['network']}, sha256 {entry.get('weights_sha256')}"
    if entry.get("mask_sha256"):
        named = f"{entry['mask']}, " if entry.get("mask") else ""
        yield "  mask", f"{named}sha256 {entry['mask_sha256']}"


def _controls(settings: Mapping[str, Any]) -> Iterator[Fact]:
    given = settings.get("controls")
    if isinstance(given, dict) and given:
        yield "controls", _list(given)


def _options(record: Record) -> Iterator[Fact]:
    """Options that are not the method's defaults, and the seed."""
    given = record.settings.get("options")
    if not isinstance(given, dict):
        return
    try:
        usual = asdict(record.method.options())
    except ImpastoError:
        usual = {}
    listed = {name: list(each) if isinstance(each, tuple) else each for name, each in usual.items()}
    own = {
        name: value
        for name, value in given.items()
        if name != "seed" and (name not in listed or listed[name] != value)
    }
    yield "options", f"defaults, but {_list(own)}" if own else "defaults"
    if "seed" in given:
        yield "seed", str(given["seed"])


def _engine(settings: Mapping[str, Any]) -> Iterator[Fact]:
    ran = [f"{name} {settings[name]}" for name in ENGINES if name in settings]
    if settings.get("precision"):
        ran.append(str(settings["precision"]))
    if settings.get("device") not in (None, "auto"):
        ran.append(f"on {settings['device']}")
    if "threads" in settings:
        ran.append(f"{settings['threads']} threads")
    if ran:
        yield "computed by", ", ".join(ran)


def _checksums(settings: Mapping[str, Any]) -> Iterator[Fact]:
    optimized = "weights_sha256" in settings and "network" not in settings
    for label, name in (
        ("photograph", "content_sha256"),
        ("started from", "initial_sha256"),
        ("weights", "weights_sha256" if optimized else "networks_sha256"),
        ("picture", "result_sha256"),
    ):
        if settings.get(name):
            yield label, f"sha256 {settings[name]}"


def _end(settings: Mapping[str, Any]) -> Iterator[Fact]:
    words = {
        "stabilized": "before its last step, as nothing changed any more",
        "cancelled": "interrupted: redo paints it to its end",
    }
    if settings.get("reason") in words:
        yield "ended", words[str(settings["reason"])]


def _list(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(_value(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
