"""An experiment: two variants run in turn, each captured, compared round by round."""

from __future__ import annotations

import random
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.analysis.cadence import FrameNames
from aero_nb.capturing import capture
from aero_nb.comparing.comparison import MIN_CHANGE, Comparison, compare
from aero_nb.comparing.paired import PairedChange, as_share, may_stop, paired_change
from aero_nb.errors import CaptureError
from aero_nb.progress import counted
from aero_nb.trace import Trace, load

Variant = Callable[[], Any] | str
_PAGE_S = 5.0
_PAGES = ("http://", "https://")


@dataclass(frozen=True, eq=False, repr=False)
class Experiment(Comparison):
    """A Comparison of runs that were made in rounds.

    Attributes:
        order: one row per run in the order made: ``round``, ``variant``, ``seconds`` (that it took), ``frame_ms`` (mean
            frame time; NaN without frames), ``busy_ms`` (all self time).
        paired: the change of the frame time, or where a variant has no frames of all self time, round by round.
        measure: which of both that is: ``frame_ms`` or ``busy_ms``.
        detect: the change that the advice on further runs is for.
        rounds_asked: how many rounds were asked for.

    """

    order: pd.DataFrame = field(default_factory=pd.DataFrame)
    paired: PairedChange = field(default_factory=lambda: PairedChange(0, *[float("nan")] * 5))
    measure: str = "busy_ms"
    detect: float = 0.05
    rounds_asked: int = 0

    @property
    def note(self) -> str:
        """Say what the rounds show, how many more would be needed, and what the comparison says."""
        return f"{self._note_on_pairs()} {super().note}"

    def _note_on_pairs(self) -> str:
        paired, what = self.paired, {"frame_ms": "the frame time", "busy_ms": "all self time"}[self.measure]
        interval = f" (95%: {as_share(paired.low)} to {as_share(paired.high)})" if np.isfinite(paired.low) else ""
        test = f", p = {paired.p_value:.2g}" if np.isfinite(paired.p_value) else ""
        early = f", stopped early of {self.rounds_asked}" if paired.rounds < self.rounds_asked else ""
        said = f"In {paired.rounds} rounds{early} {what} changed by {as_share(paired.change)}{interval}{test}."
        needed = paired.rounds_for(self.detect)
        advice = "" if needed is None else f" A change of {self.detect:.0%} needs {needed} rounds on this machine."
        return said + advice


def experiment(
    variants: Mapping[str, Variant],
    *,
    runs: int = 10,
    warmup: int = 1,
    seed: int = 0,
    detect: float = 0.05,
    early_stop: bool = False,
    frame: FrameNames = "frame",
    min_change: float = MIN_CHANGE,
    page_s: float = _PAGE_S,
    folder: str | Path | None = None,
    progress: bool | None = None,
) -> Experiment:
    """Run two variants in rounds, capture each run, and compare them.

    Args:
        variants: two of them by name, the base first. A function is called and captured
            (:func:`aero_nb.capture` of this process); a text is a shell command that writes a trace to ``{trace}``, or
            the address of an Aero page, of which ``page_s`` seconds are captured in a fresh browser.
        runs: how many runs of each, one of each a round, in an order drawn anew for each round.
        warmup: how many runs of each before, which do not count.
        seed: of the order; the same seed gives the same order.
        detect: for which change the result says how many rounds it takes (0.05: 5%), in 8 of 10 experiments.
        early_stop: whether to stop where the change is sure after half or three quarters of the runs. The looks share
            the level of 5% (:func:`aero_nb.comparing.paired.may_stop`).
        frame: what frames are called.
        min_change: as of :func:`aero_nb.compare`.
        page_s: how long a page is captured.
        folder: where every trace is kept, as ``<variant>-<round>.json.gz`` (a TraceStore can ``add`` them); None: they
            are in ``base`` and ``candidate`` of the result only.
        progress: whether to show a bar; None: where it takes long and somebody watches.

    Returns:
        An :class:`Experiment`: a Comparison, with the order of the runs and the change round by round.

    Raises:
        ValueError: there are not two variants, a command without ``{trace}``, fewer than one run.
        CaptureError: a command failed or wrote no trace.
        ImportError: SciPy (extra ``stats``) is missing.

    """
    _check(variants, runs, warmup)
    kept = None if folder is None else Path(folder).expanduser()
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    names = list(variants)
    chance = random.Random(seed)
    traces: dict[str, list[Trace]] = {name: [] for name in names}
    rows: list[dict[str, Any]] = []
    for number in counted(range(-warmup, runs), warmup + runs, "experiment", "round", progress):
        for name in chance.sample(names, 2):
            began = time.perf_counter()
            trace = _run(variants[name], page_s)
            if number < 0:
                continue
            traces[name].append(trace)
            rows.append(_measured(number, name, time.perf_counter() - began, trace, frame))
            if kept is not None:
                trace.save(kept / f"{name}-{number:03d}.json.gz")
        if early_stop and number >= 0 and may_stop(*_sides(rows, names)[1], rounds=runs):
            break
    measure, sides = _sides(rows, names)
    compared = compare(traces[names[0]], traces[names[1]], frame=frame, min_change=min_change)
    return Experiment(
        **{one.name: getattr(compared, one.name) for one in fields(Comparison)},
        order=pd.DataFrame(rows),
        paired=paired_change(*sides),
        measure=measure,
        detect=detect,
        rounds_asked=runs,
    )


def _check(variants: Mapping[str, Variant], runs: int, warmup: int) -> None:
    if len(variants) != 2:
        raise ValueError(
            f"expected two variants, the base first, found {len(variants)}: {', '.join(variants) or 'none'}"
        )
    if runs < 1 or warmup < 0:
        raise ValueError(f"expected at least one run and no negative warmup, found {runs} and {warmup}")
    for name, variant in variants.items():
        if isinstance(variant, str) and not variant.startswith(_PAGES) and "{trace}" not in variant:
            raise ValueError(f"expected the command of {name!r} to write its trace to {{trace}}, found {variant!r}")


def _run(variant: Variant, page_s: float) -> Trace:
    if not isinstance(variant, str):
        with capture() as run:
            variant()
        return run.trace
    return _of_page(variant, page_s) if variant.startswith(_PAGES) else _of_command(variant)


def _of_page(address: str, seconds: float) -> Trace:
    from aero_nb.browser import connect

    with connect(address) as page:
        with capture(page) as run:
            time.sleep(seconds)
        return run.trace


def _of_command(command: str) -> Trace:
    with tempfile.TemporaryDirectory(prefix="aero_nb-experiment-") as folder:
        path = Path(folder, "trace.json")
        line = command.replace("{trace}", shlex.quote(str(path)))
        done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
        last_words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        if done.returncode:
            raise CaptureError(
                f"expected the command to succeed, it ended with {done.returncode}: {line}\n{last_words}"
            )
        if not path.exists():
            raise CaptureError(f"expected a trace in {{trace}}, the command wrote none: {command}\n{last_words}")
        return load(path)


def _measured(number: int, name: str, seconds: float, trace: Trace, frame: FrameNames) -> dict[str, Any]:
    from aero_nb.analysis import frame_statistics

    frames = trace.frames(frame)
    mean_ms = float(frame_statistics(frames)["mean_ms"]) if len(frames) else float("nan")
    busy_ms = float(trace.spans["self_us"].sum()) / 1000
    return {"round": number, "variant": name, "seconds": seconds, "frame_ms": mean_ms, "busy_ms": busy_ms}


def _sides(rows: list[dict[str, Any]], names: list[str]) -> tuple[str, tuple[np.ndarray, np.ndarray]]:
    """Return what is compared round by round, and its values of the base and of the candidate."""
    table = pd.DataFrame(rows).pivot(index="round", columns="variant")
    measure = "frame_ms" if bool(table["frame_ms"].notna().to_numpy().all()) else "busy_ms"
    base, candidate = (table[measure][name].to_numpy(np.float64) for name in names)
    return measure, (base, candidate)
