"""Answers to what a widget's page asks by custom message."""

from collections.abc import Callable
from typing import Any

from aero_nb.timeline import assets

Answer = Callable[[], tuple[dict[str, Any], list[bytes]]]


def answer(widget: Any, request: Any, answers: dict[str, Answer]) -> None:
    """Send what ``request["ask"]`` wants, with the request's id: one of ``answers``, the module, or plotly.js."""
    if not isinstance(request, dict) or "ask" not in request:
        return
    known: dict[str, Answer] = {
        "module": lambda: ({}, [assets.module_gzip()]),
        "plotly": lambda: ({}, [assets.plotly_gzip()]),
        **answers,
    }
    try:
        content, buffers = known[request["ask"]]()
    except Exception as error:  # it must reach the page, which waits for an answer
        widget.send({"id": request.get("id"), "error": f"{type(error).__name__}: {error}"})
        return
    widget.send({"id": request.get("id"), **content}, buffers)
