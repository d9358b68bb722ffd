"""What the demo's ``jit`` thread notes of newly translated blocks."""

import json

from aero_nb import Recorder
from aero_nb.demo.code_map import Block, CodeMap


def test_blocks_are_counted_and_bytes_that_two_of_them_share_once() -> None:
    recorder = Recorder()
    recorder.trace_start()
    code = CodeMap(recorder)
    code.add([Block(100, 10, 3), Block(105, 10, 2)])
    code.add([Block(100, 10, 3)])
    events = json.loads(recorder.stop())["traceEvents"]
    counters = [pair for event in events if event["ph"] == "C" for pair in event["args"].items()]
    assert counters == [("jit:blocks", 2), ("jit:codeBytes", 15), ("jit:blocks", 3), ("jit:codeBytes", 15)]
    shown = [event["args"] for event in events if event["name"] == "jit:block"]
    assert shown[0] == Block(100, 10, 3)._asdict()
    assert len(shown) == 3
