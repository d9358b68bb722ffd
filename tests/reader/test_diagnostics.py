"""The list of what was wrong with a file."""

import numpy as np

from aero_nb.reader.diagnostics import SEVERITY, Diagnostics


def test_what_lost_data_comes_before_what_was_repaired_and_that_before_what_is_only_said():
    diagnostics = Diagnostics()
    for code in sorted(SEVERITY, reverse=True):
        diagnostics.add(code)
    problems = diagnostics.problems()
    order = ["lost", "repaired", "info"]
    places = [order.index(problem.severity) for problem in problems]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2}
    lost = [problem.code for problem in problems if problem.severity == "lost"]
    assert lost == sorted(lost)


def test_events_are_counted_and_the_first_of_them_is_kept_whatever_comes_when():
    diagnostics = Diagnostics()
    code = next(iter(SEVERITY))
    diagnostics.add_events(code, np.array([7, 3, 9]), "one")
    diagnostics.add_events(code, np.array([], np.int64), "none")
    diagnostics.add(code, 0, "the first")
    diagnostics.add(code, 5, "later")
    (problem,) = diagnostics.problems()
    assert (problem.count, problem.first_event) == (5, 0)
