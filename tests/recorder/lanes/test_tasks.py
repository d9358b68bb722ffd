"""asyncio tasks in the recorder: which lane each records on, so that spans nest and code stays where it was."""

import asyncio

import pytest

from aero_nb import Recorder
from tests.support.recorder_reading import document, lanes, nests, run_python, short


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.trace_start()
    return recorder


def test_tasks_that_interleave_get_lanes_of_their_own_so_that_spans_nest(recorder):
    async def step(name):
        for _ in range(3):
            with recorder.span(name):
                await asyncio.sleep(0)

    async def main():
        with recorder.span("main"):
            await asyncio.gather(*(step(f"step{i}") for i in range(3)))

    with recorder.span("run"):
        asyncio.run(main())
    export = recorder.export_trace()
    assert nests(export)
    assert short(export) == ["B run", "B main", "E main", "E run"]
    assert sorted(set(lanes(export).values())) == ["Main", "Main task 1", "Main task 2", "Main task 3"]


def test_task_lanes_are_used_again(recorder):
    async def one(i):
        with recorder.span(f"task {i}"):
            await asyncio.sleep(0)

    async def main():
        for i in range(50):
            with recorder.span("main"):
                await asyncio.create_task(one(i))

    asyncio.run(main())
    export = recorder.export_trace()
    assert nests(export)
    assert list(lanes(export).values()) == ["Main", "Main task 1"]


def test_one_task_after_another_records_on_the_threads_own_lane(recorder):
    async def main(name):
        with recorder.span(name):
            await asyncio.sleep(0)

    for name in ("a", "b"):
        asyncio.run(main(name))
    assert short(recorder.export_trace()) == ["B a", "E a", "B b", "E b"]


def test_the_task_that_starts_the_trace_keeps_the_main_lane():
    recorder = Recorder()

    async def background(running):
        running.set()
        while True:
            with recorder.span("background"):
                await asyncio.sleep(0)

    async def main():
        running = asyncio.Event()
        task = asyncio.create_task(background(running))
        await running.wait()
        recorder.trace_start()
        for _ in range(3):
            await asyncio.sleep(0)
        with recorder.span("cell"):
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(main())
    export = recorder.export_trace()
    assert short(export) == ["B cell", "E cell"]
    assert "B background" in short(export, "Main task 1")


def test_tasks_are_noticed_when_asyncio_is_imported_after_the_start(tmp_path):
    run_python(
        """
import sys
from aero_nb import perf
perf.trace_start()
perf.trace_start()
with perf.span("a"):
    pass
assert "asyncio" not in sys.modules, "the recorder should not be what imports it"
import asyncio

async def step():
    with perf.span("a"):
        await asyncio.sleep(0)

async def main():
    with perf.span("a"):
        await asyncio.gather(step(), step())

asyncio.run(main())
open("trace.json", "wb").write(perf.stop())
""",
        folder=tmp_path,
    )
    export = document((tmp_path / "trace.json").read_bytes())
    assert list(lanes(export).values()) == ["Main", "Main task 1", "Main task 2"]
    assert short(export) == ["B a", "E a"] * 2


def test_a_thread_beside_a_running_loop_keeps_its_lane(recorder):
    async def main():
        with recorder.span("main"):
            await asyncio.to_thread(work)

    def work():
        with recorder.span("work"):
            pass

    asyncio.run(main())
    export = recorder.export_trace()
    assert short(export) == ["B main", "E main"]
    assert short(export, next(name for name in lanes(export).values() if name != "Main")) == ["B work", "E work"]


async def frames(recorder, *, count=3, name="frame"):
    for _ in range(count):
        with recorder.span(name):
            await asyncio.sleep(0)


def test_a_task_that_nobody_awaits_leaves_the_threads_own_lane_to_the_code_beside_it(recorder):
    async def main():
        background = asyncio.create_task(frames(recorder, count=100))
        await asyncio.sleep(0)  # it records first
        for _ in range(3):
            with recorder.span("later"):
                await asyncio.sleep(0)
        assert not background.done()
        background.cancel()

    asyncio.run(main())
    export = recorder.export_trace()
    assert nests(export)
    assert short(export) == ["B later", "E later"] * 3
    assert set(short(export, "Main task 1")) == {"B frame", "E frame"}


@pytest.mark.parametrize("how", ["gather", "wait", "group", "discarded"])
def test_tasks_beside_each_other_leave_the_threads_own_lane_too(recorder, how):
    async def main():
        if how == "gather":
            await asyncio.gather(frames(recorder), frames(recorder))
        elif how == "wait":
            await asyncio.wait([asyncio.create_task(frames(recorder)) for _ in range(2)])
        elif how == "group":
            async with asyncio.TaskGroup() as group:
                for _ in range(2):
                    group.create_task(frames(recorder))
        else:
            kept = {asyncio.create_task(frames(recorder)) for _ in range(2)}
            for task in list(kept):
                task.add_done_callback(kept.discard)
            while kept:
                await asyncio.sleep(0)
        with recorder.span("main"):
            await asyncio.sleep(0)

    asyncio.run(main())
    export = recorder.export_trace()
    assert nests(export)
    assert short(export) == ["B main", "E main"]
    assert short(export, "Main task 1") == short(export, "Main task 2") == ["B frame", "E frame"] * 3


def test_a_task_that_is_awaited_at_once_records_where_its_caller_would(recorder):
    async def main():
        await asyncio.create_task(frames(recorder))

    asyncio.run(main())
    assert short(recorder.export_trace()) == ["B frame", "E frame"] * 3


def test_whoever_claims_the_threads_own_lane_has_it_until_it_is_done(recorder):
    """A notebook's cells claim it."""

    async def cell(name):
        recorder.claim_lane()
        task = asyncio.create_task(frames(recorder, name=f"awaited in {name}"))
        await asyncio.sleep(0)
        with recorder.span(name):
            await task

    async def kernel():
        for name in ("In [1]", "In [2]"):
            running = asyncio.create_task(cell(name))
            while not running.done():
                await asyncio.sleep(0)

    asyncio.run(kernel())
    export = recorder.export_trace()
    assert nests(export)
    assert short(export) == ["B In [1]", "E In [1]", "B In [2]", "E In [2]"]
    assert len(short(export, "Main task 1")) == 12


def test_a_lane_is_not_claimed_from_a_task_that_records_on_it(recorder):
    async def other():
        recorder.claim_lane()
        with recorder.span("other"):
            await asyncio.sleep(0)

    async def main():
        with recorder.span("main"):
            await asyncio.create_task(other())

    asyncio.run(main())
    export = recorder.export_trace()
    assert (short(export), short(export, "Main task 1")) == (["B main", "E main"], ["B other", "E other"])


def test_claiming_is_harmless_outside_of_tasks_and_recordings(recorder):
    recorder.claim_lane()
    never = Recorder()
    never.claim_lane()
    with recorder.span("a"):
        pass
    assert short(recorder.export_trace()) == ["B a", "E a"]
    assert short(never.export_trace()) == []
