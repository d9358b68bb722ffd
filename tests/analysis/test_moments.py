"""Milestones and tier switches on hand-checked instants."""

import pandas as pd
import pytest

from aero_nb.analysis.milestone_times import milestone_at, milestones, tier_switches


def instants_of(*rows):
    return pd.DataFrame(rows, columns=["name", "ts_us"]).assign(process="p", thread="Main")


BOOT = instants_of(
    ("traceStart", 10.0), ("boot:bios", 40.0), ("tier:switch", 50.0), ("boot:kernel", 90.0), ("tier:switch", 95.0)
)


def test_a_milestone_is_the_first_instant_of_its_name_counted_from_the_trace_start():
    found = milestones(BOOT)
    assert list(found["name"]) == ["traceStart", "boot:bios", "tier:switch", "boot:kernel"]
    assert list(found["since_start_us"]) == [0, 30, 40, 80]
    assert list(found["since_last_us"]) == [0, 30, 10, 40]
    assert list(found["count"]) == [1, 1, 2, 1]


def test_all_instants_can_be_listed_from_any_start():
    found = milestones(BOOT, start_us=0, first_only=False)
    assert list(found["since_start_us"]) == [10, 40, 50, 90, 95]


def test_tier_switches_are_counted_a_bin():
    found = tier_switches(BOOT, bin_us=20)
    assert list(found["ts_us"]) == [40, 60, 80]
    assert list(found["count"]) == [1, 0, 1]
    assert found["per_second"].iloc[0] == pytest.approx(50_000)


def test_no_instants_give_empty_tables_of_the_same_columns():
    none = BOOT.iloc[:0]
    assert list(milestones(none)) == list(milestones(BOOT))
    assert list(tier_switches(none)) == list(tier_switches(BOOT))
    assert len(milestones(none)) == len(tier_switches(none)) == 0


def test_a_moment_is_named_and_a_missing_one_says_what_there_is():
    assert milestone_at(BOOT, "tier:switch") == 50
    assert milestone_at(BOOT, "tier:switch", after_us=60) == 95
    with pytest.raises(ValueError, match=r"'boot:desktop'.*found none; the trace has \['boot:bios'"):
        milestone_at(BOOT, "boot:desktop")


def test_milestones_count_from_the_first_of_several_trace_starts():
    twice = instants_of(("traceStart", 10.0), ("boot", 40.0), ("traceStart", 100.0), ("ready", 130.0))
    found = milestones(twice)
    assert list(found["name"]) == ["traceStart", "boot", "ready"]
    assert list(found["since_start_us"]) == [0, 30, 120]
    assert list(found["count"]) == [2, 1, 1]
