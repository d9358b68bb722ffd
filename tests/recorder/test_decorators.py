"""Spans as decorators: what they decorate stays what it is, and each kind is recorded while it runs."""

import abc
import asyncio
import collections
import dataclasses
import enum
import functools
import inspect
import pickle
import typing

import pytest

from aero_nb import Recorder
from tests.support.recorder_reading import nests, short


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.trace_start()
    return recorder


def test_as_a_decorator_it_records_each_call_and_keeps_the_function(recorder):
    @recorder.span("work")
    def work(x: int) -> int:
        "Doc."
        return 1 // x

    assert (work(1), work.__name__, work.__doc__) == (1, "work", "Doc.")
    with pytest.raises(ZeroDivisionError):
        work(0)
    assert short(recorder.export_trace()) == ["B work", "E work"] * 2


def test_a_decorated_generator_is_recorded_while_it_runs_and_not_while_it_waits(recorder):
    seen = []

    @recorder.span("gen")
    def generate():
        try:
            seen.append((yield 1))
            yield 2
        except ValueError:
            yield 3
        return 4

    def outer():
        result = yield from generate()
        seen.append(result)

    assert inspect.isgeneratorfunction(generate)
    generator = outer()
    with recorder.span("first"):
        assert next(generator) == 1
    assert generator.send("sent") == 2
    assert generator.throw(ValueError) == 3
    assert list(generator) == []
    assert seen == ["sent", 4]
    assert short(recorder.export_trace()) == ["B first", "B gen", "E gen", "E first", *["B gen", "E gen"] * 3]


def test_closing_a_decorated_generator_runs_its_finally(recorder):
    closed = []

    @recorder.span("gen")
    def generate():
        try:
            yield
        finally:
            closed.append(True)

    generator = generate()
    next(generator)
    generator.close()
    assert closed
    assert nests(recorder.export_trace())


def test_a_decorated_coroutine_and_async_generator_keep_their_kind_and_nest(recorder):
    @recorder.span("produce")
    async def produce():
        for i in range(2):
            await asyncio.sleep(0)
            yield i

    @recorder.span("consume")
    async def consume():
        return [i async for i in produce()]

    assert inspect.iscoroutinefunction(consume)
    assert inspect.isasyncgenfunction(produce)
    assert asyncio.run(consume()) == [0, 1]
    assert short(recorder.export_trace()) == ["B consume", *["B produce", "E produce"] * 3, "E consume"]


SPAN = ["B x", "E x"]


def test_methods_and_properties_stay_what_they_are(recorder):
    x = recorder.span("x")

    class Cpu:
        @x
        @staticmethod
        def static(n):
            return n

        @x
        @classmethod
        def of_class(cls, n):
            return cls, n

        @x
        @property
        def mode(self):
            "Doc."
            return self._mode

        @mode.setter
        def mode(self, mode):
            self._mode = mode

        @x
        @functools.cached_property
        def cached(self):
            return [self]

        @x
        def double(self, n, by=2):
            return n * by

        triple = x(functools.partialmethod(double, by=3))

        @x
        @abc.abstractmethod
        def abstract(self): ...

    cpu = Cpu()
    cpu.mode = "real"
    seen = [cpu.static(1), Cpu.static(2), cpu.of_class(3), Cpu.of_class(4), cpu.mode, cpu.double(5)]
    assert seen == [1, 2, (Cpu, 3), (Cpu, 4), "real", 10]
    assert short(recorder.export_trace()) == SPAN * 6
    assert cpu.triple(2) == 6
    assert cpu.cached is cpu.cached
    assert short(recorder.export_trace()) == SPAN * 6 + ["B x", *SPAN, "E x", *SPAN]
    assert Cpu.mode.__doc__ == "Doc."
    assert Cpu.abstract.__isabstractmethod__
    with pytest.raises(AttributeError):
        del cpu.mode


def test_every_accessor_of_a_property_is_recorded(recorder):
    stored = {}
    access = property(lambda _: stored["x"], lambda _, v: stored.update(x=v), lambda _: stored.clear())
    cpu = type("Cpu", (), {"x": recorder.span("x")(access)})()
    cpu.x = 3
    assert cpu.x == 3
    del cpu.x
    assert stored == {}
    assert short(recorder.export_trace()) == SPAN * 3


class Plain:
    pass


class WithInit:
    def __init__(self, n=1):
        self.n = n


class Inherits(WithInit):
    pass


class WithNew:
    n: int

    def __new__(cls, n=1):
        made = super().__new__(cls)
        made.n = n
        return made


class InheritsNew(WithNew):
    pass


class Number(int):
    pass


class Point(typing.NamedTuple):
    n: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Data:
    n: int = 1


class Error(Exception):
    pass


@pytest.mark.parametrize("cls", [Plain, WithInit, Inherits, WithNew, InheritsNew, Number, Point, Data, Error])
def test_a_class_stays_a_class_and_its_constructions_are_recorded(recorder, cls):
    before = {name: vars(cls).get(name) for name in ("__init__", "__new__")}
    try:
        assert recorder.span("x")(cls) is cls
        arguments = () if cls is Plain else (7,)
        made = cls(*arguments)
        assert type(made) is cls
        assert short(recorder.export_trace()) == SPAN
        assert type(pickle.loads(pickle.dumps(made))) is cls
        if hasattr(made, "n"):
            assert made.n == 7
        with pytest.raises(TypeError):
            cls(*arguments, wrong=1)

        class Below(cls):
            pass

        assert isinstance(Below(*arguments), cls)
    finally:
        for name, value in before.items():
            if value is not None:
                setattr(cls, name, value)
            elif name in vars(cls):
                delattr(cls, name)


def test_an_enumeration_may_be_decorated(recorder):
    @recorder.span("x")
    class Mode(enum.Enum):
        REAL = 1

    assert Mode(1) is Mode.REAL
    assert list(Mode) == [Mode.REAL]


@pytest.mark.parametrize("wrong", [int, collections.deque, 7, None, "text"])
def test_what_cannot_be_decorated_is_refused_with_what_to_do(recorder, wrong):
    with pytest.raises(TypeError, match=r"expected .*, found .*: decorate"):
        recorder.span("x")(wrong)


def test_an_object_with_an_asynchronous_call_is_recorded_to_its_end(recorder):
    class Slow:
        async def __call__(self, n):
            await asyncio.sleep(0)
            recorder.instant("at work")
            return n

    for called in (Slow(), functools.partial(Slow(), n=7), functools.partial(functools.partial(Slow()), n=7)):
        decorated = recorder.span("x")(called)
        assert inspect.iscoroutinefunction(decorated)
        arguments = () if isinstance(called, functools.partial) else (7,)
        assert asyncio.run(decorated(*arguments)) == 7
    assert short(recorder.export_trace()) == ["B x", "i at work", "E x"] * 3


def test_objects_that_generate_when_called_are_recorded_while_they_run(recorder):
    class Steps:
        def __call__(self):
            yield 1
            yield 2

    class AsyncSteps:
        async def __call__(self):
            yield 1

    async def collect():
        return [n async for n in recorder.span("x")(AsyncSteps())()]

    assert list(recorder.span("x")(Steps())()) == [1, 2]
    assert short(recorder.export_trace()) == SPAN * 3
    assert asyncio.run(collect()) == [1]
    assert short(recorder.export_trace()) == SPAN * 5


def test_functions_written_in_c_and_bound_methods_are_recorded(recorder):
    assert recorder.span("x")(len)([1]) == 1
    assert recorder.span("x")("abc".upper)() == "ABC"
    assert short(recorder.export_trace()) == SPAN * 2


def test_of_a_class_with_both_it_is_init_that_is_recorded(recorder):
    @recorder.span("x")
    class Both:
        def __new__(cls):
            recorder.instant("new")
            return super().__new__(cls)

        def __init__(self):
            recorder.instant("init")

    Both()
    assert short(recorder.export_trace()) == ["i new", "B x", "i init", "E x"]


def test_an_async_generator_that_is_closed_early_closes_what_it_wraps(recorder):
    @recorder.span("x")
    async def steps():
        try:
            yield 1
            yield 2
        finally:
            recorder.instant("closed")

    async def close_early():
        generator = steps()
        assert await anext(generator) == 1
        await generator.aclose()

    asyncio.run(close_early())
    assert short(recorder.export_trace()) == [*SPAN, "B x", "i closed", "E x"]
