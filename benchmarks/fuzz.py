"""Feed the reader broken traces for some minutes: ``python benchmarks/fuzz.py [SECONDS]`` (needs atheris).

Coverage-guided: starts from ``tests/support/broken_traces.py`` and keeps what reaches new code of the reader. Only
TraceFormatError may escape a load; an input may take 20 s and the process 2 GiB. Prints what was run.
"""

import resource
import sys
import tempfile
import time
import zlib
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["aero_nb"]):
    from tests.support import broken_traces

TOKENS = [
    '"ph":',
    '"ts":',
    '"dur":',
    '"pid":',
    '"args":',
    '"id":',
    '"X"',
    '"B"',
    "traceEvents",
    "NaN",
    "null",
    "1e309",
    "\\\\ud800",
]

counts = {"inputs": 0, "loaded": 0, "slowest_s": 0.0}
start = time.monotonic()


def one_input(data: bytes) -> None:
    began = time.monotonic()
    # The tables cost a hundred times the reading: one input in sixteen (always the same ones) builds them too.
    look = broken_traces.assert_survives if zlib.crc32(data) % 16 == 0 else broken_traces.assert_reads
    counts["loaded"] += look(data)
    counts["inputs"] += 1
    counts["slowest_s"] = max(counts["slowest_s"], time.monotonic() - began)
    if counts["inputs"] % 2_000 == 0:
        report()


def report() -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.monotonic() - start
    print(
        f"{seconds:.0f} s: {counts['inputs']:,} inputs, {counts['loaded']:,} loaded, the others refused; "
        f"slowest {counts['slowest_s']:.2f} s, peak {peak} MB",
        flush=True,
    )


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(broken_traces.SEEDS):
            (Path(folder) / str(number)).write_bytes(seed)
        words = Path(folder).with_suffix(".dict")
        words.write_text("\n".join('"' + token.replace('"', '\\"') + '"' for token in TOKENS))
        options = [
            f"-max_total_time={seconds}",
            "-timeout=20",
            "-rss_limit_mb=2048",
            "-max_len=8192",
            f"-dict={words}",
            f"-artifact_prefix={folder}/",
        ]
        atheris.Setup([sys.argv[0], *options, folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
