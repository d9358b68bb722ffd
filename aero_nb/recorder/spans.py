"""``span(name)``: one object that is a context manager and a decorator for every kind of function."""

from __future__ import annotations

import functools
import inspect
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, TypeVar, cast

F = TypeVar("F")  # what a decorator gets, and gives back


class Span:
    """A named interval: ``with span: ...`` or ``@span``.

    It holds no state but its name, so one object serves nested, recursive and concurrent use. As a decorator it
    records each call of a function; a coroutine from its first step to its end; of a generator each stretch between
    two yields, as its caller's own spans lie in between; of a class each construction. What it decorates stays what it
    is: a static or class method, a property, a class.
    """

    __slots__ = ()
    name: str

    @abstractmethod
    def __enter__(self) -> Span:
        """Begin it: in Python, or in C."""

    @abstractmethod
    def __exit__(self, *error: object) -> None:
        """End it."""

    def __call__(self, function: F) -> F:
        """Return ``function`` wrapped so that its runs are recorded under this span's name.

        Raises TypeError for what cannot be called and is no method, property or class.
        """
        return cast("F", self._decorated(function))

    def _decorated(self, function: Any) -> Any:
        if isinstance(function, type):
            return _record_construction(self, function)
        if isinstance(function, (staticmethod, classmethod)):
            return type(function)(self._decorated(function.__func__))
        if isinstance(function, property):
            return self._decorated_property(function)
        if isinstance(function, functools.cached_property):
            return type(function)(self._decorated(function.func))
        if isinstance(function, functools.partialmethod):
            return type(function)(self._decorated(function.func), *function.args, **function.keywords)
        if not callable(function):
            raise TypeError(
                f"expected a function, method, property or class to record, found {type(function).__name__}: "
                "decorate what it calls"
            )
        return functools.wraps(function)(_wrapper_for(function)(self, function))

    def _decorated_property(self, decorated: property) -> property:
        if decorated.fget is not None:
            decorated = decorated.getter(self._decorated(decorated.fget))
        if decorated.fset is not None:
            decorated = decorated.setter(self._decorated(decorated.fset))
        if decorated.fdel is not None:
            decorated = decorated.deleter(self._decorated(decorated.fdel))
        return decorated

    def __repr__(self) -> str:
        return f"span({self.name!r})"


class _Exit:
    """``__exit__``, looked up when a ``with`` begins: where nothing is recorded then, neither is the end."""

    def __get__(self, span: PythonSpan | None, _: object) -> Callable[..., None]:
        if span is None:
            return self
        return functools.partial(self, span) if span.recorder.trace_enabled else _do_nothing

    def __call__(self, span: PythonSpan, *_: object) -> None:
        span.recorder.span_end(span.name)


def _do_nothing(*_: object) -> None:
    return None


class PythonSpan(Span):
    """A span whose begin and end are recorded in Python."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Any, name: str) -> None:
        self.recorder = recorder
        self.name = name

    def __enter__(self) -> Span:
        self.recorder.span_begin(self.name)
        return self

    __exit__ = _Exit()


@functools.cache
def native_span(core: Any) -> Callable[[Any, str], Span]:
    """Return the type of spans whose begin and end are recorded by the core: ``(the core's calls, name)``."""
    space = {"__slots__": (), "__module__": __name__, "__doc__": "A span whose begin and end are recorded in C."}
    return cast("Callable[[Any, str], Span]", type("NativeSpan", (core.Span, Span), space))


def _wrapper_for(function: Any) -> Callable[[Span, Any], Callable[..., Any]]:
    """Return what wraps a function of this kind; of an object that can be called its ``__call__`` decides the kind."""
    called = function
    while isinstance(called, functools.partial):
        called = called.func
    for code in (called, type(called).__call__):
        if inspect.isasyncgenfunction(code):
            return _wrap_async_generator
        if inspect.isgeneratorfunction(code):
            return _wrap_generator
        if inspect.iscoroutinefunction(code):
            return _wrap_coroutine
    return _wrap_function


def _record_construction(span: Span, cls: type) -> type:
    """Let ``cls`` record how its objects are made: by its ``__init__``, or by ``__new__`` where that does it all."""
    made: Any = cls
    by_new = made.__init__ is object.__init__ and made.__new__ is not object.__new__
    name = "__new__" if by_new else "__init__"

    @functools.wraps(getattr(cls, name))
    def inherited(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(cls, self), name)(*((self, *args) if by_new else args), **kwargs)

    own = cls.__dict__.get(name, inherited)
    recorded = span(getattr(own, "__func__", own))  # of a static method; __new__ is one
    try:
        setattr(cls, name, staticmethod(recorded) if by_new else recorded)
    except TypeError:
        raise TypeError(
            f"expected a class defined in Python, found {cls.__name__}, which cannot be changed: decorate a subclass"
        ) from None
    return cls


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
