"""The bundled PC: what it shows, what it records, and how it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aero_nb.recorder import Recorder

pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")

from aero_nb.demo import Machine
from aero_nb.demo import machine as machine_module

GUEST = Path(machine_module.GUEST)
LANES = {"Main", "cpu", "gpu", "io", "jit"}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def pc(recorder: Recorder) -> Iterator[Machine]:
    with Machine(recorder=recorder) as pc:
        yield pc


def events_of(recorder: Recorder) -> list[dict[str, Any]]:
    """The recorded events, each with the name of its lane."""
    events = json.loads(recorder.stop())["traceEvents"]
    lanes = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    return [event | {"lane": lanes[event["tid"]]} for event in events if event["ph"] != "M"]


def colors_of(pc: Machine) -> dict[tuple[int, int, int], int]:
    """How many pixels of the screen have each colour."""
    return {color: count for count, color in pc.screenshot().convert("RGB").getcolors()}


def values_of(series: str, events: list[dict[str, Any]]) -> list[int]:
    """The samples of one counter series, in their order."""
    return [event["args"][series] for event in events if event["ph"] == "C" and series in event["args"]]


def span_counts(recorder: Recorder) -> Counter[tuple[str, str, str]]:
    """How often each span occurred, as (lane, parent's name, name); they all nest."""
    seen: Counter[tuple[str, str, str]] = Counter()
    stacks: dict[str, list[str]] = {}
    for event in events_of(recorder):
        stack = stacks.setdefault(event["lane"], [""])
        if event["ph"] == "B":
            seen[event["lane"], stack[-1], event["name"]] += 1
            stack.append(event["name"])
        elif event["ph"] == "E":
            assert stack.pop() == event["name"]
    assert all(stack == [""] for stack in stacks.values())
    return seen


def test_it_boots_from_the_disk_and_shows_the_asked_number_of_frames(pc: Machine) -> None:
    pc.run(frames=3)
    pc.run(frames=2)
    assert pc.frames == 5
    assert repr(pc) == "<Machine: on, 5 frames shown>"


def test_the_screen_is_black_before_the_boot_and_a_colourful_picture_after_it(pc: Machine) -> None:
    assert colors_of(pc) == {(0, 0, 0): 640 * 480}
    pc.run(frames=20)
    assert pc.screenshot().size == (640, 480)
    assert len(colors_of(pc)) > 100


def test_the_logo_stands_on_the_screen_in_its_own_colours(pc: Machine) -> None:
    pc.run(frames=20)
    colors = colors_of(pc)
    assert colors[255, 255, 255] > 1_000, "the top of the letters is white"
    assert colors[8, 8, 24] > 1_000, "their shadow is nearly black"


def test_a_notebook_shows_the_screenshot_as_a_picture(pc: Machine) -> None:
    pc.run(frames=1)
    assert pc.screenshot()._repr_png_().startswith(b"\x89PNG")


def test_the_same_frame_looks_the_same_however_the_run_was_cut(pc: Machine) -> None:
    for frames in (1, 7, 42):
        pc.run(frames)
    with Machine(recorder=Recorder()) as other:
        other.run(50)
        assert other.screenshot().tobytes() == pc.screenshot().tobytes()


def test_every_scene_looks_different(pc: Machine) -> None:
    pictures = set()
    for _ in range(3):
        pc.run(44)
        pictures.add(pc.screenshot().tobytes())
    assert len(pictures) == 3


def test_each_part_records_on_a_lane_of_its_own_and_all_spans_nest(pc: Machine, recorder: Recorder) -> None:
    recorder.trace_start()
    pc.run(frames=12)
    seen = span_counts(recorder)
    assert {lane for lane, _, _ in seen} == LANES
    for lane in LANES - {"Main"}:
        assert seen[lane, "", "worker:init"] == 1
    assert seen["Main", "", "frame"] == 12
    assert seen["Main", "frame", "render"] == seen["Main", "frame", "present"] == 12
    assert seen["cpu", "cpu:slice", "cpu:scanout"] == seen["gpu", "", "gpu:submit"] == 12
    assert seen["cpu", "cpu:slice", "cpu:bios:int 0x13"] == seen["io", "", "io:read"] - 1, "the BIOS read one"


def test_the_disk_counter_tells_the_bytes_that_were_read(pc: Machine, recorder: Recorder) -> None:
    recorder.trace_start()
    pc.run(frames=50)
    read = values_of("bytes", events_of(recorder))
    boot_sector, kernel, two_scenes, tile = 1, 2, 2, 8
    assert read == [512 * count for count in range(1, boot_sector + kernel + two_scenes + tile + 1)]


def test_the_instruction_counter_is_the_sum_of_the_slices(pc: Machine, recorder: Recorder) -> None:
    recorder.trace_start()
    pc.run(frames=5)
    events = events_of(recorder)
    slices = sum(event["ph"] == "B" and event["name"] == "cpu:slice" for event in events)
    counts = values_of("instructions", events)
    steps = [after - before for before, after in zip([0, *counts], counts, strict=False)]
    assert len(counts) == slices
    assert set(steps) <= {10_000, 100_000}


def test_boot_milestones_and_tier_switches_are_instants_in_their_order(pc: Machine, recorder: Recorder) -> None:
    recorder.trace_start()
    pc.run(frames=10)
    names = [event["name"] for event in events_of(recorder) if event["ph"] == "i"]
    boot = [name for name in names if name.startswith("boot:")]
    assert boot == ["boot:worker:spawn"] * 4 + [
        "boot:bios",
        "boot:sector",
        "boot:kernel",
        "boot:graphics",
        "boot:first_frame",
    ]
    assert "tier:hot" in names


def test_a_new_scene_is_new_code_for_the_jit_lane(pc: Machine, recorder: Recorder) -> None:
    pc.run(frames=40)
    recorder.trace_start()
    pc.run(frames=10)
    blocks = [event["args"] for event in events_of(recorder) if event["name"] == "jit:block"]
    scene = range(0xC000, 0xC200)
    assert any(block["address"] in scene for block in blocks)
    assert all(block["size"] > 0 and block["instructions"] > 0 for block in blocks)


def test_drawing_a_frame_n_times_costs_about_n_times_the_instructions(recorder: Recorder) -> None:
    def instructions(work: int) -> int:
        recorder = Recorder()
        with Machine(recorder=recorder, work=work) as pc:
            pc.run(10)
            recorder.trace_start()
            pc.run(10)
        counts = values_of("instructions", events_of(recorder))
        return counts[-1] - counts[0]

    assert 2.5 < instructions(3) / instructions(1) < 3.2


def test_work_may_depend_on_the_frame_and_leaves_the_picture_alone() -> None:
    asked = []

    def work(frame: int) -> int:
        asked.append(frame)
        return 4 if frame == 3 else 1

    with Machine(recorder=Recorder(), work=work) as slow, Machine(recorder=Recorder()) as usual:
        slow.run(6)
        usual.run(6)
        assert slow.screenshot().tobytes() == usual.screenshot().tobytes()
    assert asked == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("work", [0, -1, 65_536, 1.5, True])
def test_work_that_the_guest_cannot_do_is_refused(work: Any) -> None:
    with pytest.raises(ValueError, match="work"):
        Machine(work=work)


@pytest.mark.parametrize("frames", [-1, 2.5, "60"])
def test_a_number_of_frames_that_makes_no_sense_is_refused(pc: Machine, frames: Any) -> None:
    with pytest.raises(ValueError, match="frames"):
        pc.run(frames)


def test_no_frames_is_a_run_too(pc: Machine) -> None:
    pc.run(frames=0)
    assert pc.frames == 0


def test_an_error_in_the_guest_reaches_the_caller_and_the_machine_can_be_closed(recorder: Recorder) -> None:
    def work(frame: int) -> int:
        return [1, 1, 1][frame]

    with Machine(recorder=recorder, work=work) as pc, pytest.raises(IndexError):
        pc.run(10)
    assert pc.frames == 3


def test_a_machine_that_cannot_even_start_is_closed_again() -> None:
    pc = Machine(recorder=Recorder(), work=lambda frame: 0)
    before = threading.active_count()
    with pytest.raises(ValueError, match="work"):
        pc.run(1)
    assert threading.active_count() == before
    assert repr(pc) == "<Machine: closed, 0 frames shown>"


def test_a_closed_machine_has_no_threads_and_says_so(pc: Machine) -> None:
    before = threading.active_count()
    pc.run(1)
    assert threading.active_count() == before + 4
    pc.close()
    pc.close()
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="closed"):
        pc.run(1)


def test_without_unicorn_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_module, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'aero-nb\[demo\]'"):
        Machine()


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to itself")
def test_ctrl_c_ends_a_run_and_the_next_one_goes_on_from_there(pc: Machine) -> None:
    def press() -> None:
        while pc.frames < 3:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press, daemon=True)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        pc.run(frames=1_000_000)
    presser.join()
    pc.run(frames=60 - pc.frames)
    with Machine(recorder=Recorder()) as other:
        other.run(60)
        assert other.screenshot().tobytes() == pc.screenshot().tobytes()


def test_a_script_that_forgets_to_close_it_still_ends() -> None:
    script = "from aero_nb.demo import Machine\npc = Machine()\npc.run(2)\nprint(pc.frames)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


@pytest.mark.skipif(shutil.which("nasm") is None, reason="needs nasm, only to check the assembled bytes")
def test_the_disk_image_is_what_its_source_assembles_to(tmp_path: Path) -> None:
    built = tmp_path / "guest.img"
    subprocess.run(["nasm", "-f", "bin", "-o", built, GUEST.with_suffix(".asm")], check=True)
    assert built.read_bytes() == GUEST.read_bytes()
