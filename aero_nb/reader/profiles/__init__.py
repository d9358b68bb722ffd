"""What other profilers write, told as the events of a Chrome trace, so that one reader reads all.

``as_chrome_json`` knows a file by its content: V8's ``.cpuprofile``, Firefox profiles (samply, ``perf script gecko``,
Python's ``profiling.sampling``), speedscope, collapsed stacks, the text of ``perf script``.
"""

from aero_nb.reader.profiles.known import as_chrome_json

__all__ = ["as_chrome_json"]
