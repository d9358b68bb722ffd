"""The ``cpu`` lane: guest code in slices on Unicorn, and the BIOS calls and ports that the guest uses."""

from collections.abc import Callable
from threading import Event
from typing import Any

from aero_nb.demo.code_map import Block
from aero_nb.demo.display import HEIGHT, WIDTH, Screen
from aero_nb.recorder import Recorder

MEMORY_BYTES = 1 << 20
BOOT_SECTOR = 0x7C00
WORK = 0x0500  # a word of guest memory: how often the guest draws each frame
FRAMEBUFFER = 0xA0000
NOWHERE = MEMORY_BYTES - 1  # the address to run "until": never reached

# Instructions in a slice. Translating code takes about a thousand times as long as running it once, so while code is
# new a slice is kept short; either way it ends well within 10 ms, which bounds the wait after Ctrl-C.
COLD_SLICE = 10_000
HOT_SLICE = 100_000
NEW_BLOCKS_OF_COLD_CODE = 8

MILESTONES = {0x10: "boot:sector", 0x20: "boot:kernel", 0x30: "boot:graphics"}

ReadSectors = Callable[[int, int, int, int], bytes]


class Cpu:
    """One processor with a megabyte of memory; only the ``cpu`` thread uses it.

    ``read_sectors(cylinder, head, sector, count)`` asks the disk, ``show_screen(screen)`` is called at every vertical
    retrace and may wait, ``note_blocks(blocks)`` is told after each slice what was translated in it, ``work(frame)``
    is how often the guest is to draw that frame.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        read_sectors: ReadSectors,
        show_screen: Callable[[Screen], None],
        note_blocks: Callable[[list[Block]], None],
        work: Callable[[int], int],
    ) -> None:
        self._recorder = recorder
        self._read_sectors = read_sectors
        self._show_screen = show_screen
        self._note_blocks = note_blocks
        self._work = work
        self._new_blocks: list[Block] = []
        self._palette = bytearray(768)
        self._palette_index = 0
        self._instructions = 0
        self._frame = 0
        self._frames_wanted = 0
        self._slice = COLD_SLICE
        self._error: Exception | None = None
        with recorder.span("worker:init"):
            self._power_on()

    def _power_on(self) -> None:
        import unicorn
        from unicorn import unicorn_const, x86_const

        self._x86 = x86_const
        self._uc = uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_16)
        uc.mem_map(0, MEMORY_BYTES)
        uc.hook_add(unicorn.UC_HOOK_INTR, self._on_interrupt)
        uc.hook_add(unicorn.UC_HOOK_INSN, self._on_in, None, 1, 0, x86_const.UC_X86_INS_IN)
        uc.hook_add(unicorn.UC_HOOK_INSN, self._on_out, None, 1, 0, x86_const.UC_X86_INS_OUT)
        uc.hook_add(unicorn_const.UC_HOOK_EDGE_GENERATED, self._on_translated)
        self._recorder.instant("boot:bios")
        uc.mem_write(BOOT_SECTOR, self._read_sectors(0, 0, 1, 1))
        uc.reg_write(x86_const.UC_X86_REG_IP, BOOT_SECTOR)
        self._set_work()

    def run(self, frames: int, pause: Event) -> None:
        """Run until ``frames`` more screens were shown, or until ``pause`` is set: then in the middle of a frame."""
        self._frames_wanted = self._frame + frames
        while self._frame < self._frames_wanted and not pause.is_set():
            with self._recorder.span("cpu:slice"):
                begin = self._uc.reg_read(self._x86.UC_X86_REG_IP)  # code lies in segment 0
                self._uc.emu_start(begin, NOWHERE, count=self._slice)
            if self._error:
                raise self._error
            self._instructions += self._slice
            self._recorder.counter("instructions", self._instructions)
            self._choose_tier()

    def _choose_tier(self) -> None:
        """Hand on the new blocks; many of them tell that the code is new."""
        blocks, self._new_blocks = self._new_blocks, []
        if blocks:
            self._note_blocks(blocks)
        length = COLD_SLICE if len(blocks) >= NEW_BLOCKS_OF_COLD_CODE else HOT_SLICE
        if length != self._slice:
            self._slice = length
            self._recorder.instant("tier:cold" if length == COLD_SLICE else "tier:hot")

    def _set_work(self) -> None:
        self._uc.mem_write(WORK, self._work(self._frame).to_bytes(2, "little"))

    def _on_translated(self, _uc: Any, block: Any, _previous: Any, _data: Any) -> None:
        self._new_blocks.append(Block(block.pc, block.size, block.icount))

    def _on_interrupt(self, uc: Any, number: int, _data: Any) -> None:
        ax = uc.reg_read(self._x86.UC_X86_REG_AX)
        service = (number, ax >> 8)
        with self._recorder.span(f"cpu:bios:int {number:#04x}"):
            if service == (0x13, 0x02):
                self._bios_read(ax & 0xFF)
            elif service == (0x10, 0x00):
                uc.mem_write(FRAMEBUFFER, bytes(WIDTH * HEIGHT))
            elif service != (0x10, 0x0E):  # a character for the text screen, which this PC doesn't have
                raise RuntimeError(f"the guest called int {number:#04x} with ax={ax:#06x}")

    def _bios_read(self, count: int) -> None:
        """Read sectors to es:bx, as int 13h function 2 does; the carry flag tells a failure."""
        x86 = self._x86
        bx, cx, dx, es, flags = self._uc.reg_read_batch(
            [x86.UC_X86_REG_BX, x86.UC_X86_REG_CX, x86.UC_X86_REG_DX, x86.UC_X86_REG_ES, x86.UC_X86_REG_EFLAGS]
        )
        data = self._read_sectors(cx >> 8 | (cx & 0xC0) << 2, dx >> 8, cx & 0x3F, count)
        self._uc.mem_write(es * 16 + bx, data)
        self._uc.ctl_remove_cache(es * 16 + bx, es * 16 + bx + len(data))  # the code that lay there is translated
        failed = len(data) < count * 512
        self._uc.reg_write(x86.UC_X86_REG_EFLAGS, flags & ~1 | failed)
        self._uc.reg_write(x86.UC_X86_REG_AX, (0x04 if failed else 0) << 8 | len(data) // 512)

    def _on_in(self, uc: Any, port: int, _size: int, _data: Any) -> int:
        if port != 0x3DA or self._frame == self._frames_wanted:
            return 0  # no retrace while nobody looks: the guest waits for it
        try:
            self._retrace()
        except Exception as error:
            self._error = error
            uc.emu_stop()
        return 8

    def _retrace(self) -> None:
        pixels = self._uc.mem_read(FRAMEBUFFER, WIDTH * HEIGHT)
        if self._frame == 0:
            self._recorder.instant("boot:first_frame")
        self._frame += 1
        with self._recorder.span("cpu:scanout"):
            self._show_screen(Screen(bytes(pixels), bytes(self._palette)))
        self._set_work()

    def _on_out(self, _uc: Any, port: int, _size: int, value: int, _data: Any) -> None:
        if port == 0x3C9:
            self._palette[self._palette_index] = value & 0x3F
            self._palette_index = (self._palette_index + 1) % len(self._palette)
        elif port == 0x3C8:
            self._palette_index = (value & 0xFF) * 3
        elif port == 0x80 and value & 0xFF in MILESTONES:
            self._recorder.instant(MILESTONES[value & 0xFF])
