"""The live view's widget: Python only ever pushes to it, the page asks nothing."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from aero_nb.live.wire import Push


@cache
def module_source() -> str:
    """Return the page's side, whole: a kernel that is busy could not be asked for more."""
    return (Path(__file__).parent / "bundle.js").read_text(encoding="utf-8")


class LiveWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """The numbers and the rolling timeline of a recording that runs.

    - ``seconds``: of the rolling timeline.
    - ``window``: ``[t0, t1]`` (ns since the start of the recording) where the page was paused, or None.
    - ``marks``: ``[ns, text]`` that were set in the page; they arrive once the kernel has time for messages.
    """

    _esm = module_source()

    seconds = traitlets.Float(10.0, min=0.1).tag(sync=True)
    window = traitlets.List(traitlets.Float(), allow_none=True, default_value=None).tag(sync=True)
    marks = traitlets.List().tag(sync=True)
    _key = traitlets.Unicode().tag(sync=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(_key=uuid4().hex, **options)

    def push(self, push: Push, data: bytes) -> None:
        """Send a push; no answer is waited for."""
        self.send(dict(push), [data])

    def tell_end(self, why: str) -> None:
        """Say in the page that no more will come."""
        self.send({"ended": why})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": "<live view of a recording>"}, metadata
