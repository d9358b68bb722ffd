"""The whole PC: five lanes joined by queues, and the face that a notebook sees."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, Queue
from threading import Event, current_thread
from types import TracebackType
from typing import Self

from PIL import Image

from aero_nb.demo.code_map import Block, CodeMap
from aero_nb.demo.cpu import Cpu
from aero_nb.demo.disk import Disk
from aero_nb.demo.display import PRESENTED, Display
from aero_nb.recorder import Recorder, perf

GUEST = Path(__file__).parent / "guest" / "guest.img"
PICTURES_AHEAD = 2
MOST_WORK = 0xFFFF  # the guest counts it down in a 16-bit register


def _lane(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, initializer=lambda: setattr(current_thread(), "name", name))


def _checked(work: object) -> int:
    if isinstance(work, bool) or not isinstance(work, int) or not 1 <= work <= MOST_WORK:
        raise ValueError(f"expected work as a whole number from 1 to {MOST_WORK:,}, found {work!r}")
    return work


def _always(work: int) -> Callable[[int], int]:
    return lambda _frame: work


class Machine:
    """A PC that boots our guest code and animates it, recorded into ``recorder``.

    Five threads work together: ``cpu`` runs guest code, ``io`` reads the disk, ``gpu`` makes pictures, ``jit`` notes
    translated code, and the thread that calls ``run`` presents. What the guest draws depends on the number of the
    frame alone, so that two runs show the same pictures.

    ``work`` makes the guest slower in a known way: it draws a frame's scene that many times (1 or more); a function
    of the frame's number (from 0) makes only some frames slow, as ``work=lambda frame: 5 if frame % 20 == 0 else 1``.
    The pictures stay the same, but for the fire, which burns faster.

    Raises:
        ImportError: Unicorn is not installed.
        ValueError: ``work`` is no whole number from 1 to 65,535.
    """

    def __init__(self, *, recorder: Recorder = perf, work: int | Callable[[int], int] = 1) -> None:
        if find_spec("unicorn") is None:
            raise ImportError("the demo PC needs the Unicorn CPU emulator: pip install 'aero-nb[demo]'")
        self._recorder = recorder
        self._work = work if callable(work) else _always(_checked(work))
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._pictures: Queue[Future[Image.Image] | None] = Queue(PICTURES_AHEAD)
        self._screen = Image.new("P", PRESENTED)
        self._disk: Disk | None = None
        self._noting: Future[None] | None = None
        self._closed = False
        self.frames = 0

    def __repr__(self) -> str:
        state = "closed" if self._closed else "on" if self._lanes else "off"
        return f"<Machine: {state}, {self.frames} frames shown>"

    def run(self, frames: int = 60) -> None:
        """Show ``frames`` more frames as fast as they come; the first call boots the PC.

        Ctrl-C ends it within one slice of guest code; the next call goes on from there.

        Raises:
            RuntimeError: the machine is closed.
            ValueError: ``frames`` is no whole number from 0 on.
        """
        if self._closed:
            raise RuntimeError("this Machine is closed: make a new one")
        if not isinstance(frames, int) or frames < 0:
            raise ValueError(f"expected a whole number of frames from 0 on, found {frames!r}")
        if not self._lanes:
            try:
                self._power_on()
            except BaseException:
                self.close()  # half a PC is of no use
                raise
        pause = Event()
        running = self._lanes["cpu"].submit(self._run_cpu, frames, pause)
        try:
            for _ in range(frames):
                if not self._show_next_frame():
                    break
        finally:
            self._settle(running, pause)
        running.result()
        if self._noting:
            self._noting.result()

    def screenshot(self) -> Image.Image:
        """Return what the monitor shows: a Pillow picture of 640 x 480, black before the boot.

        A notebook displays it; it has a palette, so that it is quick to show and small to keep.
        """
        return self._screen.copy()

    def close(self) -> None:
        """Switch off and end the threads; harmless when done already."""
        self._closed = True
        if self._disk:
            self._lanes["io"].submit(self._disk.close).result()
            self._disk = None
        for lane in self._lanes.values():
            lane.shutdown()
        self._lanes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _power_on(self) -> None:
        """Start the workers, each building its own part: what it builds, only it uses."""
        for name in ("io", "gpu", "jit", "cpu"):
            self._recorder.instant("boot:worker:spawn", args={"worker": name})
            self._lanes[name] = _lane(name)
        io, gpu, jit, cpu = self._lanes.values()
        self._disk = disk = io.submit(Disk, GUEST, self._recorder).result()
        display = gpu.submit(Display, self._recorder).result()
        code_map = jit.submit(CodeMap, self._recorder).result()

        def note_blocks(blocks: list[Block]) -> None:
            self._noting = jit.submit(code_map.add, blocks)

        self._cpu = cpu.submit(
            Cpu,
            self._recorder,
            read_sectors=lambda *place: io.submit(disk.read, *place).result(),
            show_screen=lambda screen: self._pictures.put(gpu.submit(display.draw, screen)),
            note_blocks=note_blocks,
            work=lambda frame: _checked(self._work(frame)),
        ).result()

    def _run_cpu(self, frames: int, pause: Event) -> None:
        try:
            self._cpu.run(frames, pause)
        finally:
            self._pictures.put(None)

    def _show_next_frame(self) -> bool:
        """Present the next picture; False where the cpu ended without one."""
        with self._recorder.span("frame"):
            with self._recorder.span("render"):
                drawing = self._pictures.get()
                if drawing is None:
                    return False
                picture = drawing.result()
            with self._recorder.span("present"):
                self._present(picture)
        return True

    def _present(self, picture: Image.Image) -> None:
        self._screen = picture
        self.frames += 1

    def _settle(self, running: Future[None], pause: Event) -> None:
        """Wait until the cpu is idle, presenting what was already on its way."""
        pause.set()
        while not (running.done() and self._pictures.empty()):
            try:
                drawing = self._pictures.get(timeout=0.05)
                if drawing is None:
                    wait([running])
                else:
                    self._present(drawing.result())
            except (Empty, KeyboardInterrupt):  # a second Ctrl-C must not leave the guest running; it ends by itself
                continue
