"""Batches: Ray with two actors beside the pipeline of one process; killed actors, lost nodes.

Photographs are not part of Impasto: ``IMPASTO_BENCH_PHOTOS`` names a folder of them. Throughput is
taken from the first result to the last, so that starting up is told apart; both ways take turns
on the same photographs, so that a machine that slows down slows both.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from benchmarks.processes import machine, median_and_spread
from benchmarks.quality import PHOTO_FOLDER, pictures_folder
from impasto.batch.job import PhotoJob
from impasto.batch.local_pool import ThisProcess
from impasto.batch.planning import plan_jobs
from impasto.batch.ray_pool import connect
from impasto.batch.run import FAILED, Summary, run_batch
from impasto.batch.work import Pool
from impasto.image.codec import open_image
from impasto.progress import ProgressEvent

PHOTOGRAPHS = 2000
TURNS = 4
ACTORS = 2
KILL_EVERY_S = 20.0
BROKEN_SHARE = 0.01
STYLE = "great-wave"
PORT = 6391


@dataclass
class Watched:
    """What a run showed of itself while it went."""

    start_s: float = field(default_factory=time.perf_counter)
    seen: list[tuple[float, int]] = field(default_factory=list)
    spent: list[tuple[float, int]] = field(default_factory=list)
    processor_s: list[float] = field(default_factory=list)

    def __call__(self, event: ProgressEvent) -> None:
        """Take a report of the run."""
        now_s = time.perf_counter()
        self.seen.append((now_s, event.step))
        if not self.spent or now_s - self.spent[-1][0] > 0.5:
            self.spent.append((now_s, event.step))
            self.processor_s.append(processor_seconds())

    @property
    def first_s(self) -> float:
        """Seconds until the first results."""
        return self.seen[0][0] - self.start_s

    @property
    def per_second(self) -> float:
        """Photographs a second between the first results and the last."""
        (first_s, _), (last_s, last) = self.seen[0], self.seen[-1]
        at_first = sum(1 for when, _ in self.seen if when - first_s < 0.05)
        return (last - at_first) / (last_s - first_s)

    @property
    def cost_ms(self) -> float:
        """Milliseconds of processor that a photograph takes, whatever else the machine does."""
        count = self.spent[-1][1] - self.spent[0][1]
        return 1000 * (self.processor_s[-1] - self.processor_s[0]) / max(1, count)


def processor_seconds() -> float:
    """Of this process and all it started, Ray's own processes among them."""
    total = time.process_time()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


@dataclass
class Memory:
    """MiB of the largest actor, sampled."""

    samples: list[float] = field(default_factory=list)

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Sample while the block lasts."""
        stop = threading.Event()

        def sample() -> None:
            while not stop.wait(2.0):
                sizes = [process.memory_info().rss / 2**20 for process in actors()]
                if sizes:
                    self.samples.append(max(sizes))

        thread = threading.Thread(target=sample, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def actors() -> list[psutil.Process]:
    """The processes of Ray on this machine that hold an actor of ours, oldest first."""
    found = []
    for process in psutil.process_iter(["cmdline", "create_time"]):
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.info["cmdline"] or ())
            if line.startswith("ray::") and "_Actor" in line:
                found.append(process)
    return sorted(found, key=lambda process: process.info["create_time"])


def photographs(folder: Path, count: int) -> Path:
    """Links to photographs, in a folder of their own."""
    source = pictures_folder(PHOTO_FOLDER)
    folder.mkdir()
    for path in sorted(source.iterdir())[:count]:
        (folder / path.name).symlink_to(path.resolve())
    return folder


def jobs_of(folder: Path, output: Path) -> list[PhotoJob]:
    return plan_jobs([str(folder)], {"style": STYLE}, str(output))


def throughput(count: int = PHOTOGRAPHS, turns: int = TURNS) -> str:
    """The table of both ways, in turns, each on its share of the photographs."""
    memory = Memory()
    rates: dict[str, list[float]] = {"one": [], "ray": []}
    starts: dict[str, list[float]] = {"one": [], "ray": []}
    costs: dict[str, list[float]] = {"one": [], "ray": []}
    with tempfile.TemporaryDirectory() as name, connect("local", actors=ACTORS) as cluster:
        home = Path(name)
        jobs = jobs_of(photographs(home / "in", count), home / "out")
        for turn in range(turns):
            share = jobs[turn::turns]
            for key, pool in (("one", ThisProcess()), ("ray", cluster)):
                watched = run(share, home / f"{key}{turn}", pool, key, memory)
                rates[key].append(watched.per_second)
                starts[key].append(watched.first_s)
                costs[key].append(watched.cost_ms)
                print(
                    key,
                    turn,
                    watched.per_second,
                    watched.first_s,
                    watched.cost_ms,
                    file=sys.stderr,
                    flush=True,
                )
    ratios = [ray / one for one, ray in zip(rates["one"], rates["ray"], strict=True)]
    half = len(memory.samples) // 2
    return "\n".join(
        [
            "| way | photographs a second | processor ms each | seconds to the first results |",
            "|---|---|---|---|",
            f"| one process, all cores | {median_and_spread(rates['one'])} "
            f"| {median_and_spread(costs['one'])} "
            f"| {median_and_spread(starts['one'])} |",
            f"| Ray, {ACTORS} actors of one core | {median_and_spread(rates['ray'])} "
            f"| {median_and_spread(costs['ray'])} "
            f"| {median_and_spread(starts['ray'])} |",
            "",
            f"Ray to one process, turn by turn: {median_and_spread(ratios, 2)}. Largest actor: "
            f"{max(memory.samples[:half] or [0]):.0f} MiB at most in the first half of the "
            f"samples, {max(memory.samples[half:] or [0]):.0f} MiB in the second.",
        ]
    )


def run(jobs: list[PhotoJob], output: Path, pool: Pool, key: str, memory: Memory) -> Watched:
    moved = [
        PhotoJob(
            content=each.content, output=str(output / Path(each.output).name), words=each.words
        )
        for each in jobs
    ]
    watched = Watched()
    with memory.watched() if key == "ray" else contextlib.nullcontext():
        summary = run_batch(
            moved,
            str(output),
            pool,
            processes=ACTORS if key == "ray" else 1,
            threads=1 if key == "ray" else None,
            on_progress=watched,
        )
    if summary.done != len(jobs):
        raise RuntimeError(f"expected {len(jobs)} results, got {summary}")
    return watched


def faults(count: int = PHOTOGRAPHS) -> str:
    """A run with broken files among the photographs and an actor killed now and then."""
    with tempfile.TemporaryDirectory() as name, connect("local", actors=ACTORS) as cluster:
        home = Path(name)
        folder = photographs(home / "in", count)
        broken = break_some(folder)
        with killer(kill_an_actor) as killed:
            summary = run_batch(
                jobs_of(folder, home / "out"),
                str(home / "out"),
                cluster,
                processes=ACTORS,
                threads=1,
                on_progress=Watched(),
            )
        return verdict(summary, home / "out", broken, f"{len(killed)} actors killed")


def nodes(count: int = PHOTOGRAPHS // 2) -> str:
    """A run that a second node joins, works for, and is killed in."""
    head = ("--head", f"--port={PORT}", "--include-dashboard=false")
    with tempfile.TemporaryDirectory() as name, ray_node(*head):
        home = Path(name)
        folder = photographs(home / "in", count)
        with connect(f"127.0.0.1:{PORT}") as cluster:
            report: dict[str, int] = {}
            thread = threading.Thread(target=join_and_die, args=(home / "out", count, report))
            thread.start()
            summary = run_batch(
                jobs_of(folder, home / "out"), str(home / "out"), cluster, threads=1
            )
            thread.join()
        facts = (
            f"{report.get('before', 0)} results when a second node joined, "
            f"{report.get('killed', 0)} when it was killed with its {report.get('actors', 0)} "
            "actor at work"
        )
        return verdict(summary, home / "out", set(), facts)


def join_and_die(output: Path, count: int, report: dict[str, int]) -> None:
    def results() -> int:
        return len(list(output.glob("*.png"))) if output.is_dir() else 0

    while results() < count // 5:
        time.sleep(0.2)
    report["before"] = results()
    with ray_node(f"--address=127.0.0.1:{PORT}") as node:
        deadline = time.monotonic() + 120
        while not (there := actors_of(node)) and time.monotonic() < deadline:
            if results() >= 0.98 * count:
                break
            time.sleep(0.2)
        report["worked"] = results()
        time.sleep(10.0)
        report["killed"], report["actors"] = results(), len(there)


def actors_of(node: subprocess.Popen[bytes]) -> list[psutil.Process]:
    below = {process.pid for process in psutil.Process(node.pid).children(recursive=True)}
    return [process for process in actors() if process.pid in below]


@contextlib.contextmanager
def ray_node(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A node of one core as a process of its own, killed with all it started at the end."""
    ray = Path(sys.executable).with_name("ray")
    command = [str(ray), "start", *arguments, "--num-cpus=1", "--block", "--disable-usage-stats"]
    command += ["--object-store-memory=100000000"]
    environment = {**os.environ, "RAY_worker_niceness": "0"}
    with tempfile.TemporaryFile() as output:
        node = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            until(lambda: b"Ray runtime started" in seek(output) or node.poll() is not None)
            if node.poll() is not None:
                raise SystemExit(f"ray start failed: {seek(output).decode(errors='replace')}")
            yield node
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                for process in psutil.Process(node.pid).children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        process.kill()
            node.kill()
            node.wait()


def until(holds: Callable[[], bool], most_s: float = 120.0) -> None:
    deadline = time.monotonic() + most_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)


def seek(file: IO[bytes]) -> bytes:
    """All that was written to a file so far by another process."""
    return os.pread(file.fileno(), 2**20, 0)


def break_some(folder: Path) -> set[str]:
    """Replace some photographs with halves of their files; gives their names."""
    paths = sorted(folder.iterdir())
    chosen = random.Random(0).sample(paths, round(BROKEN_SHARE * len(paths)))
    for path in chosen:
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[: len(content) // 2])
    return {path.name for path in chosen}


@contextlib.contextmanager
def killer(kill: Callable[[], int | None]) -> Iterator[list[int]]:
    stop, killed = threading.Event(), []

    def work() -> None:
        while not stop.wait(KILL_EVERY_S):
            if (pid := kill()) is not None:
                killed.append(pid)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def kill_an_actor() -> int | None:
    for process in actors():
        with contextlib.suppress(psutil.Error):
            process.kill()
            return int(process.pid)
    return None


def verdict(summary: Summary, output: Path, broken: set[str], facts: str) -> str:
    """Whether every good file is there once and every broken one is set aside."""
    results = sorted(output.glob("*.png"))
    for path in results:
        open_image(path)
    failures = output / FAILED
    lines = failures.read_text().splitlines() if failures.exists() else []
    aside = [Path(json.loads(line)["content"]).name for line in lines]
    good = summary.total - len(broken)
    others = [path.name for path in output.iterdir() if path not in (*results, failures)]
    fine = (
        len(results) == good
        and sorted(aside) == sorted(broken)
        and not others
        and summary.done == good
        and summary.failed == len(broken)
    )
    return (
        f"{summary.total} photographs, {len(broken)} of them broken; {facts}: {len(results)} whole "
        f"results, {len(aside)} set aside, {len(others)} other files, {summary.duration_s:.0f} s. "
        f"{'Nothing lost, nothing twice.' if fine else 'NOT AS IT SHOULD BE: ' + str(summary)}"
    )


def table() -> str:
    """The whole section."""
    return "\n\n".join(
        [f"Machine: {machine()}. Style: `{STYLE}`.", throughput(), faults(), nodes()]
    )


if __name__ == "__main__":
    parts = {"throughput": throughput, "faults": faults, "nodes": nodes}
    chosen = parts[sys.argv[1]]
    print(chosen(int(sys.argv[2])) if len(sys.argv) > 2 else chosen())
