"""The ``jit`` lane: which guest code Unicorn has translated."""

from typing import NamedTuple

from aero_nb.recorder import Recorder


class Block(NamedTuple):
    """A run of guest instructions that Unicorn translated as one."""

    address: int
    size: int  # bytes of guest code
    instructions: int


class CodeMap:
    """Shows each newly translated block as an instant; only the ``jit`` thread uses it.

    Unicorn translates inside its own loop and tells of a block when it is done: there is no begin to measure, so a
    block is a moment here, and the span ``jit:index`` is the time this lane takes to note a slice's new blocks.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._blocks = 0
        with recorder.span("worker:init"):
            self._translated = bytearray(1 << 20)  # 1 where a byte of guest memory was ever translated

    def add(self, blocks: list[Block]) -> None:
        """Note the blocks of one slice and count them in ``jit:blocks`` and ``jit:codeBytes``."""
        with self._recorder.span("jit:index"):
            for block in blocks:
                self._recorder.instant("jit:block", args=block._asdict())
                self._translated[block.address : block.address + block.size] = b"\1" * block.size
        self._blocks += len(blocks)
        self._recorder.counter("jit:blocks", self._blocks)
        self._recorder.counter("jit:codeBytes", self._translated.count(1))
