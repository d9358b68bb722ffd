"""A small, real x86 PC to trace: our own 16-bit guest code on the Unicorn CPU emulator, five threads, one screen.

It boots from the disk image in ``guest/`` and animates 320 x 200 graphics. The threads are instrumented as the Aero
emulator's are, so that its traces and ours read alike::

    from aero_nb.demo import Machine

    with Machine() as pc:
        pc.run(frames=60)
        pc.screenshot()
"""

from aero_nb.demo.machine import Machine

__all__ = ["Machine"]
