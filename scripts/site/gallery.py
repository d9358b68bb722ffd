"""The gallery: every picture of a Trace, drawn from a recording of the bundled PC, with the line that draws it."""

from docutils import nodes
from docutils.parsers.rst import Directive

import aero_nb
from aero_nb import perf

LINES = {
    "The timeline": "trace.timeline()",
    "Spans over time": "trace.flame_chart()",
    "Where the time went": "trace.flame_graph()",
    "What calls a name": 'trace.flame_graph(around="render")',
    "Counters": "trace.counter_timeline()",
    "Counters as rates": 'trace.counter_timeline(series="instructions", mode="rate")',
    "Frames": "trace.frames_chart()",
    "How long one name takes": 'trace.duration_histogram("cpu:slice")',
    "Which threads are busy": "trace.utilisation_chart()",
    "What grew and what shrank": "aero_nb.compare(base, trace).chart()",
    "Both call trees in one": "aero_nb.compare(base, trace).flame_graph()",
}
"""Title -> the line; a new picture needs a line here."""


def recording(frames: int) -> aero_nb.Trace:
    """Record the bundled PC."""
    from aero_nb.demo import Machine

    with Machine() as machine, aero_nb.capture(perf) as run:
        machine.run(frames=frames)
    return run.trace


class GalleryDirective(Directive):
    """``gallery``: all of them, alive."""

    def run(self):
        """Return a section for each picture."""
        names = {"trace": recording(60), "base": recording(45), "aero_nb": aero_nb}
        return [node for title, line in LINES.items() for node in self.shown(title, line, names)]

    def shown(self, title, line, names):
        """Return the title, the line, the picture."""
        picture = eval(line, names)  # the lines above
        bundle = picture._repr_mimebundle_()
        forms = bundle[0] if isinstance(bundle, tuple) else bundle
        section = nodes.section(ids=[nodes.make_id(title)])
        section += nodes.title(text=title)
        code = nodes.literal_block(line, line, language="python")
        section += code
        section += nodes.raw("", f'<div class="gallery-picture">{forms["text/html"]}</div>', format="html")
        return [section]
