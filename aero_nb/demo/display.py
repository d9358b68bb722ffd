"""The ``gpu`` lane: from the guest's framebuffer and palette to a picture."""

from typing import NamedTuple

from PIL import Image

from aero_nb.recorder import Recorder

WIDTH, HEIGHT = 320, 200
PRESENTED = (640, 480)  # what a 4:3 monitor shows of it


class Screen(NamedTuple):
    """What the graphics card holds at a vertical retrace."""

    pixels: bytes  # 320 x 200 colour numbers
    palette: bytes  # 256 x red, green, blue of 6 bits each


class Display:
    """Turns screens into pictures; only the ``gpu`` thread uses it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        with recorder.span("worker:init"):
            self._guest_palette = self._palette = bytes(768)

    def draw(self, screen: Screen) -> Image.Image:
        """Return the screen as a picture of 640 x 480 in 256 colours; count its draw calls in ``drawCalls``."""
        draw_calls = 2
        with self._recorder.span("gpu:submit"):
            if screen.palette != self._guest_palette:
                draw_calls += 1
                with self._recorder.span("gpu:palette"):
                    self._guest_palette = screen.palette
                    self._palette = bytes((level << 2 | level >> 4) & 0xFF for level in screen.palette)
            with self._recorder.span("gpu:blit"):
                picture = Image.frombytes("P", (WIDTH, HEIGHT), screen.pixels)
                picture.putpalette(self._palette)
            with self._recorder.span("gpu:scale"):
                picture = picture.resize(PRESENTED, Image.Resampling.NEAREST)
        self._recorder.counter("drawCalls", draw_calls)
        return picture
