"""``span(name)``: one object that is a context manager and a decorator for every kind of function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Span:
    """A named interval: ``with span: ...`` or ``@span``.

    It holds no state but its name, so one object serves nested, recursive and concurrent use. As a decorator it
    records each call of a function; a coroutine from its first step to its end; of a generator each stretch between
    two yields, as its caller's own spans lie in between.
    """

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Any, name: str) -> None:
        self.recorder = recorder
        self.name = name

    def __enter__(self) -> Span:
        self.recorder.span_begin(self.name)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.recorder.span_end(self.name)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return ``function`` wrapped so that its runs are recorded under this span's name."""
        wrap: Callable[..., Any]
        if inspect.isasyncgenfunction(function):
            wrap = _wrap_async_generator
        elif inspect.isgeneratorfunction(function):
            wrap = _wrap_generator
        elif inspect.iscoroutinefunction(function):
            wrap = _wrap_coroutine
        else:
            wrap = _wrap_function
        return cast("Callable[P, R]", functools.wraps(function)(wrap(self, function)))

    def __repr__(self) -> str:
        return f"span({self.name!r})"


def _wrap_function(span: Span, function: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(*args: Any, **kwargs: Any) -> Any:
        with span:
            return function(*args, **kwargs)

    return recorded


def _wrap_coroutine(span: Span, function: Callable[..., Any]) -> Callable[..., Any]:
    async def recorded(*args: Any, **kwargs: Any) -> Any:
        with span:
            return await function(*args, **kwargs)

    return recorded


def _wrap_generator(span: Span, function: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        generator = function(*args, **kwargs)
        resume, value = generator.send, None
        while True:
            with span:
                try:
                    item = resume(value)
                except StopIteration as stop:
                    return stop.value
            try:
                value = yield item
                resume = generator.send
            except GeneratorExit:
                with span:
                    generator.close()
                raise
            except BaseException as error:
                resume, value = generator.throw, error

    return recorded


def _wrap_async_generator(span: Span, function: Callable[..., Any]) -> Callable[..., Any]:
    async def recorded(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        generator = function(*args, **kwargs)
        resume, value = generator.asend, None
        while True:
            with span:
                try:
                    item = await resume(value)
                except StopAsyncIteration:
                    return
            try:
                value = yield item
                resume = generator.asend
            except GeneratorExit:
                with span:
                    await generator.aclose()
                raise
            except BaseException as error:
                resume, value = generator.athrow, error

    return recorded
