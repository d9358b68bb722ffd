"""Errors of a page as a notebook should show them: the user's own line and a sentence."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from aero_nb.errors import CaptureError

P = ParamSpec("P")
T = TypeVar("T")


def brief(function: Callable[P, T]) -> Callable[P, T]:
    """Raise a CaptureError of ``function`` without the inner workings, ours and Playwright's, that led to it."""

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True  # IPython leaves this frame out, so that the user's own line is the last
        try:
            return function(*args, **options)
        except CaptureError as error:
            short = error.with_traceback(None)
        raise short from None

    return call
