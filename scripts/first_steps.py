"""What a stranger does first with an installed aero_nb: a capture, a load, a picture, a report.

``python scripts/first_steps.py [native | pure]`` in any folder; the word says which core is expected.
"""

import sys
import tempfile
from pathlib import Path

import aero_nb
from aero_nb import _native, perf


def main(expected: str = "") -> None:
    """Take the steps in a folder with a space in its name."""
    found = "native" if _native.core() is not None else "pure"
    assert expected in ("", found), f"expected the {expected} core, found: {_native.describe()}"
    with tempfile.TemporaryDirectory(prefix="first steps ") as folder:
        trace = captured(Path(folder, "trace.json.gz"))
        assert trace.spans["name"].astype("str").tolist() == ["work", "part"] * 3, trace.spans
        page = trace.to_html(Path(folder, "trace.html"))
        assert "<html" in page.read_text(encoding="utf-8")
        picture = trace.flame_chart()._repr_mimebundle_()
        assert picture, "a flame chart shows nothing"
        assert "`work`" in trace.report().to_markdown()
    print(f"aero_nb {aero_nb.__version__} ({_native.describe()}), Python {sys.version.split()[0]}: {aero_nb.__file__}")


def captured(path: Path) -> aero_nb.Trace:
    """Record some spans, save them, and load the file."""
    with aero_nb.capture() as run:
        for _ in range(3):
            with perf.span("work"), perf.span("part"):
                sum(range(1000))
    run.trace.save(path)
    return aero_nb.load(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
