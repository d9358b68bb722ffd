"""What the pictures draw: equal to the tables, bounded, honest about nothing."""

import base64
import html
import io
import itertools
import json
import re

import numpy as np
import pandas as pd
import plotly.io as pio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aero_nb.figures import (
    counter_timeline,
    duration_histogram,
    flame_chart,
    flame_graph,
    frames_chart,
    utilisation_chart,
)
from aero_nb.figures.palette import PALETTE, color_of
from tests.support.picture_tables import counter_tracks, emulator_run, nested_spans, tracks_of

PIXELS = 700  # of a flame chart's raster: a window of 700 µs makes a pixel of it a microsecond
PLOT_PX = 800  # what min_width_px is meant on


def series(figure, kind):
    return [one for one in figure.data if one.type == kind]


def bars_of(figure):
    """Return the labelled bars as a DataFrame (µs since the axis' zero)."""
    bars = next(bar for bar in series(figure, "bar") if bar.text is not None)
    table = {"from_us": bars.base, "dur_us": bars.x, "y": bars.y, "name": bars.text, "hover": bars.customdata}
    frame = pd.DataFrame({**table, "color": bars.marker.color})
    return frame.assign(from_us=frame["from_us"] * 1e6, dur_us=frame["dur_us"] * 1e6)


def heading(figure):
    return html.unescape(figure.layout.annotations[0].text)


def raster_of(figure, rows):
    """Return which of (rows, 700 pixels) is filled, by bars or by the image."""
    filled = np.zeros((rows, PIXELS), dtype=bool)
    for bar in bars_of(figure).itertuples():
        first = round(bar.from_us)
        filled[int(bar.y), first : first + round(bar.dur_us)] = True
    for image in series(figure, "image"):
        picture = Image.open(io.BytesIO(base64.b64decode(image.source.partition(",")[2]))).convert("RGBA")
        alpha = np.asarray(picture)[:, :, 3]
        filled |= alpha[5::10] > 0
    return filled


nested = st.lists(st.tuples(st.integers(0, PIXELS - 1), st.integers(0, 200), st.sampled_from("abc")), max_size=30)


def nest(rows):
    """Clip spans so that they nest: each ends with the innermost open one at the latest."""
    placed, open_ = [], []
    for start, length, name in sorted(rows, key=lambda row: (row[0], -row[1])):
        end = start + length
        while open_ and open_[-1] <= start:
            open_.pop()
        end = min([end, *open_])
        placed.append((0, name, float(start), float(end - start)))
        open_.append(end)
    return placed


@given(nested)
def test_a_flame_charts_pixels_are_filled_exactly_where_spans_are(rows):
    spans = nested_spans(nest(rows))
    if spans.empty:
        return
    figure = flame_chart(spans, tracks_of(spans), window=(0.0, 1.0 * PIXELS), start_us=0.0, max_depth=40)
    depths = int(spans["depth"].max()) + 1
    expected = np.zeros((depths, PIXELS), dtype=bool)
    for span in spans.itertuples():
        expected[span.depth, int(span.ts_us) : int(span.ts_us + max(span.dur_us, 1))] = True
    assert (raster_of(figure, depths) == expected).all()


def test_each_bar_is_its_span():
    spans = emulator_run(frames=10)
    figure = flame_chart(spans, tracks_of(spans), start_us=0.0)
    bars = bars_of(figure)
    assert 0 < len(bars) < len(spans)
    wide = spans[spans["dur_us"] >= 2 * spans.eval("ts_us + dur_us").max() / PLOT_PX]
    assert np.allclose(bars["from_us"].astype(float), wide["ts_us"])
    assert np.allclose(bars["dur_us"].astype(float), wide["dur_us"])
    assert bars["name"].tolist() == wide["name"].astype("str").tolist()
    assert bars["color"].tolist() == [color_of(name) for name in wide["name"]]


def test_the_hover_tells_duration_self_time_thread_and_that_a_span_never_ended():
    spans = nested_spans([(0, "outer", 100.0, 2_500.0), (0, "inner", 200.0, 1_000.0)]).assign(unfinished=[True, False])
    hovers = bars_of(flame_chart(spans, tracks_of(spans)))["hover"].tolist()
    assert hovers == [
        "2.50 ms · self 1.50 ms<br>Main · at 0 ns<br>unfinished: the trace has no end of it",
        "1.00 ms · self 1.00 ms<br>Main · at 100 µs",
    ]


def test_a_dense_run_tells_how_many_spans_it_holds_and_which_name_dominates():
    rows = [(0, "long", k * 2.0, 1.5) for k in range(5_000)] + [(0, "short", k * 2 + 1.6, 0.2) for k in range(5_000)]
    spans = nested_spans(rows)
    figure = flame_chart(spans, tracks_of(spans))
    hover = next(bar for bar in series(figure, "bar") if bar.text is None)
    count = sum(int(text.split()[0].replace(",", "")) for text in hover.customdata)
    assert 10_000 <= count <= 10_000 + 2 * len(hover.customdata)  # one on an edge is told on both sides
    assert all(re.search(r"mostly <b>long</b> \(8[6-9]%\)", text) for text in hover.customdata)


def test_a_million_spans_draw_as_few_bars_and_bytes_as_a_thousand():
    count = 1_000_000
    spans = pd.DataFrame(
        {
            "name": pd.Categorical.from_codes(np.arange(count) % 7, list("abcdefg")),
            "ts_us": np.arange(count) * 10.0,
            "dur_us": np.where(np.arange(count) % 4_000 < 8, 39_900.0, 5.0),  # 3.2 px, 2,000 of them
            "self_us": 5.0,
            "depth": np.minimum(np.arange(count) % 4_000, 8),
            "track": 0,
            "thread": pd.Categorical.from_codes(np.zeros(count, dtype=int), ["cpu"]),
            "unfinished": False,
        }
    )
    tracks = tracks_of(nested_spans([(0, "a", 0.0, 1.0)]))
    figure = flame_chart(spans, tracks)
    assert len(bars_of(figure)) == 1_000
    bundle = figure._repr_mimebundle_()
    assert sum(len(part if isinstance(part, str) else json.dumps(part)) for part in bundle.values()) < 400_000


def test_deep_rows_share_one_and_the_heading_says_so():
    spans = nested_spans([(0, f"level {k}", float(k), 200.0 - 2 * k) for k in range(60)])
    figure = flame_chart(spans, tracks_of(spans), max_depth=10)
    assert figure.layout.yaxis.range == (11, 0)
    assert "depth 10 and deeper share a row" in heading(figure)
    assert len(bars_of(figure)) == 10


def test_bands_follow_the_tracks_and_are_named_apart():
    spans = nested_spans([(0, "a", 0.0, 9.0), (1, "b", 0.0, 9.0), (5, "c", 0.0, 9.0)])
    figure = flame_chart(spans, tracks_of(spans))
    assert list(figure.layout.yaxis.ticktext) == ["Main", "cpu (2)", "cpu (6)"]
    only = flame_chart(spans, tracks_of(spans), only=[5, "Main"])
    assert list(only.layout.yaxis.ticktext) == ["cpu", "Main"]


def test_an_unknown_track_is_told_with_those_that_are_there():
    spans = nested_spans([(0, "a", 0.0, 9.0)])
    with pytest.raises(ValueError, match=r"threads or track numbers that have spans \('Main'\), found 'gpu'"):
        flame_chart(spans, tracks_of(spans), only=["gpu"])


def test_a_picture_of_too_many_tracks_keeps_the_busiest():
    spans = nested_spans([(k, "a", 0.0, 1.0 + k) for k in range(100)])
    figure = flame_chart(spans, tracks_of(spans))
    assert len(figure.layout.yaxis.ticktext) == 60
    assert "40 less busy tracks left out" in heading(figure)


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([(0, "one", 5.0, 3.0)], "1 span in 3.00 µs"),
        ([(0, "moment", 5.0, 0.0)], "1 span in 2.00 ns"),
        ([(0, "week", 0.0, 7 * 86_400e6), (0, "nanosecond", 1e6, 1e-3)], "2 spans in 7.00 d"),
        ([(0, "a", 4e12, 1e-3), (0, "b", 4e12 + 2.999, 1e-3)], "2 spans in 3.00 µs"),
    ],
)
def test_traces_of_any_length_show_every_span(rows, title):
    spans = nested_spans(rows)
    figure = flame_chart(spans, tracks_of(spans))
    assert heading(figure) == title
    drawn = set(bars_of(figure)["color"])
    for image in series(figure, "image"):
        picture = Image.open(io.BytesIO(base64.b64decode(image.source.partition(",")[2]))).convert("RGBA")
        colors = {tuple(pixel) for pixel in np.asarray(picture).reshape(-1, 4) if pixel[3]}
        drawn |= {"#{:02x}{:02x}{:02x}".format(*color) for color in colors}
    assert drawn == {color_of(row[1]) for row in rows}
    assert figure._repr_mimebundle_()["image/png"]


@pytest.mark.parametrize("window", [(5.0, 1.0), (0.0, float("nan"))])
def test_a_window_that_is_none_is_refused(window):
    spans = nested_spans([(0, "a", 0.0, 9.0)])
    with pytest.raises(ValueError, match="expected a window"):
        flame_chart(spans, tracks_of(spans), window=window)


def test_a_window_beside_all_spans_draws_empty_bands():
    spans = nested_spans([(0, "a", 0.0, 9.0)])
    figure = flame_chart(spans, tracks_of(spans), window=(100.0, 200.0))
    assert heading(figure) == "0 spans in 100 µs"
    assert bars_of(figure).empty


NO_SPANS = nested_spans([])
EMPTIES = {
    "no spans in this trace": [
        lambda: flame_chart(NO_SPANS, tracks_of(NO_SPANS)),
        lambda: flame_graph(NO_SPANS),
        lambda: flame_graph(NO_SPANS, inverted=True),
        lambda: utilisation_chart(NO_SPANS),
    ],
    "no counters in this trace": [lambda: counter_timeline(counter_tracks({}))],
    "no spans called frame in this trace": [
        lambda: frames_chart(NO_SPANS),
        lambda: duration_histogram(NO_SPANS, "frame"),
    ],
    "no span is called x": [lambda: flame_graph(nested_spans([(0, "a", 0.0, 1.0)]), around="x")],
    "no counter has a number for a value": [lambda: counter_timeline(counter_tracks({"a": [(0.0, float("nan"))]}))],
}


@pytest.mark.parametrize(("reason", "draw"), [(reason, draw) for reason, draws in EMPTIES.items() for draw in draws])
def test_nothing_to_draw_is_said(reason, draw):
    figure = draw()
    assert heading(figure) == reason
    assert figure._repr_mimebundle_()["text/plain"] == f"<An empty picture: {reason}>"


COUNTERS = counter_tracks(
    {
        "instructions": [(0.0, 100.0), (1_000.0, 300.0), (3_000.0, 900.0)],
        "frameTimeMs": [(0.0, 16.0), (2_000.0, 17.0)],
    }
)


@pytest.mark.parametrize(
    ("mode", "values", "unit"),
    [
        ("level", [100, 300, 900, 900], ""),
        ("delta", [200, 600, 600], ""),
        ("rate", [200_000, 300_000, 300_000], "/s"),
    ],
)
def test_a_counter_is_drawn_in_steps_as_the_table_has_it(mode, values, unit):
    figure = counter_timeline(COUNTERS, series=["instructions"], mode=mode)
    (line,) = figure.data
    assert line.line.shape == "hv"
    assert line.y.tolist() == values
    assert (line.x * 1e6).round().tolist() == [0, 1_000, 3_000, 3_000][: len(values)]
    assert figure.layout.yaxis.ticksuffix == unit


def test_times_are_drawn_in_seconds_so_that_the_axis_can_choose_the_prefix():
    figure = counter_timeline(COUNTERS, series="frameTimeMs")
    assert figure.data[0].y.tolist() == [0.016, 0.017, 0.017]
    assert (figure.layout.yaxis.ticksuffix, figure.layout.yaxis.tickformat) == ("s", "~s")


def test_a_row_a_series_in_the_order_asked_for():
    figure = counter_timeline(COUNTERS, series=["instructions", "frameTimeMs"])
    assert [note.text for note in figure.layout.annotations] == ["instructions", "frameTimeMs"]
    tops = [figure.layout.yaxis.domain[1], figure.layout.yaxis2.domain[1]]
    assert tops == sorted(tops, reverse=True)


def test_a_series_of_two_threads_has_a_row_for_each():
    two = pd.concat([COUNTERS, COUNTERS.assign(track=99, thread="gpu")], ignore_index=True)
    figure = counter_timeline(two, series="frameTimeMs")
    assert [note.text for note in figure.layout.annotations] == ["frameTimeMs · Main", "frameTimeMs · gpu"]


def test_an_unknown_series_or_mode_is_refused():
    with pytest.raises(ValueError, match=r"expected series of this trace \(.*'instructions'.*\), found 'x'"):
        counter_timeline(COUNTERS, series=["x"])
    with pytest.raises(ValueError, match="expected mode 'level', 'rate' or 'delta', found 'sum'"):
        counter_timeline(COUNTERS, mode="sum")


def test_a_long_series_keeps_its_extremes_in_few_points():
    rng = np.random.default_rng(1)
    value = rng.normal(size=300_000)
    counters = counter_tracks({"a": []}).reindex(range(300_000)).assign(series="a", track=1, thread="Main")
    counters = counters.assign(ts_us=np.arange(300_000) * 7.0, value=value)
    (line,) = counter_timeline(counters).data
    assert len(line.x) <= 6_001
    assert (line.y.max(), line.y.min()) == (value.max(), value.min())


def test_a_flame_chart_says_that_zoom_shows_no_more_of_what_it_merged():
    def title(rows):
        spans = nested_spans(rows)
        return flame_chart(spans, tracks_of(spans)).layout.annotations[0].text

    narrow = [(0, "a", k * 1.0, 0.5) for k in range(5_000)]
    assert "5,000 too narrow for a bar: zoom enlarges their shading, window= redraws" in title(narrow)
    assert "zoom" not in title([(0, "a", 0.0, 100.0)])


def test_a_flame_graphs_widths_are_the_sums_of_the_paths():
    spans = emulator_run(frames=20)
    drawn = bars_of(flame_graph(spans))
    assert drawn.loc[drawn["y"] < 1, "dur_us"].sum() == pytest.approx(spans.query("depth == 0")["dur_us"].sum())
    for name in ("frame", "render", "cpu:slice", "gpu:submit"):
        (bar,) = drawn[drawn["name"] == name].itertuples()
        assert bar.dur_us == pytest.approx(spans.loc[spans["name"] == name, "dur_us"].sum())


def test_a_child_lies_beneath_its_parent_and_siblings_beside_each_other():
    spans = nested_spans([(0, "a", 0.0, 100.0), (0, "b", 10.0, 30.0), (0, "c", 50.0, 40.0), (0, "d", 55.0, 20.0)])
    bars = bars_of(flame_graph(spans, by=None)).set_index("name")
    assert bars["from_us"].round(6).to_dict() == {"a": 0, "c": 0, "b": 40, "d": 0}
    assert bars["dur_us"].round(6).to_dict() == {"a": 100, "c": 40, "b": 30, "d": 20}
    assert bars["y"].astype(int).to_dict() == {"a": 0, "c": 1, "b": 1, "d": 2}


def test_the_inverted_graph_starts_with_self_times():
    spans = emulator_run(frames=20)
    drawn = bars_of(flame_graph(spans, inverted=True)).query("y < 1").set_index("name")["dur_us"]
    own = spans.groupby("name", observed=True)["self_us"].sum()
    for name, width in drawn.items():
        assert width == pytest.approx(own[name])


def test_a_sandwich_has_callers_above_and_callees_below():
    spans = nested_spans([(0, "a", 0.0, 100.0), (0, "b", 10.0, 60.0), (0, "c", 20.0, 40.0), (0, "b", 80.0, 10.0)])
    bars = bars_of(flame_graph(spans, around="b")).sort_values("y")
    assert list(zip(bars["name"], bars["y"].astype(int), bars["dur_us"].round(6), strict=True)) == [
        ("a", 0, 70),
        ("b", 1, 70),
        ("c", 2, 40),
    ]
    with pytest.raises(ValueError, match="found both"):
        flame_graph(spans, around="b", inverted=True)


def test_names_too_narrow_for_a_bar_are_drawn_together_and_counted():
    rows = [(0, "wide", 0.0, 100_000.0)] + [(0, f"name {k}", 100_000.0 + k, 1.0) for k in range(3_000)]
    bars = bars_of(flame_graph(nested_spans(rows), by=None))
    assert len(bars) <= 1_001
    (more,) = bars[bars["name"] == "3,000 more"].itertuples()
    assert more.dur_us == pytest.approx(3_000)
    assert bars["dur_us"].sum() == pytest.approx(103_000)


def test_frame_bars_are_the_intervals_and_the_long_ones_are_marked():
    spans = emulator_run()
    frames = spans[spans["name"] == "frame"].iloc[:-1]
    intervals = np.diff(spans.loc[spans["name"] == "frame", "ts_us"])
    figure = frames_chart(spans, start_us=0.0)
    bars, marks = figure.data
    assert np.allclose(bars.y * 1e6, intervals, atol=0.002)
    assert np.allclose(bars.width, bars.y)
    assert heading(figure).startswith("60 frames on Main, p50")
    shown = np.array(figure.layout.xaxis.range) * 1e6
    assert shown == pytest.approx([frames["ts_us"].iloc[0], frames["ts_us"].iloc[-1] + intervals[-1]])
    p50, p95, p99 = np.percentile(intervals, [50, 95, 99])
    assert marks.customdata.tolist() == frames.index[intervals > p95].tolist()
    lines = sorted(shape.y0 * 1e6 for shape in figure.layout.shapes)
    assert lines == pytest.approx([p50, p95, p99])
    with_budget = frames_chart(spans, budget_us=16_667)
    assert with_budget.data[1].customdata.tolist() == frames.index[intervals > 16_667].tolist()


@pytest.mark.parametrize(
    ("times_ms", "labels"),
    [
        ([4] * 90 + [9] * 6 + [13] * 4, {"p50", "p95", "p99"}),
        ([4] * 90 + [12.4] * 6 + [13] * 4, {"p50", "p95-p99"}),
        ([12.6] * 90 + [12.8] * 6 + [13] * 4, {"p50-p99"}),
    ],
)
def test_lines_too_close_for_a_label_each_share_one(times_ms, labels):
    starts = itertools.accumulate(times_ms, initial=0)
    rows = [(0, "frame", 1000.0 * ms, 10.0) for ms in starts]
    figure = frames_chart(nested_spans(rows))
    beside = [note for note in figure.layout.annotations if note.text.startswith("p")]
    assert {note.text for note in beside} == labels
    assert len(figure.layout.shapes) == 3
    height_px = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    places_px = sorted(note.y / figure.layout.yaxis.range[1] * height_px for note in beside)
    assert all(after - before > 12 for before, after in itertools.pairwise(places_px))


def test_of_very_many_frames_the_longest_are_drawn():
    rows = [(0, "frame", k * 10.0 + 9.0 * (k > 12_345), 5.0) for k in range(20_001)]
    bars, marks = frames_chart(nested_spans(rows), budget_us=15).data
    assert len(bars.x) == 1_500
    assert bars.y.max() == pytest.approx(19e-6)
    assert marks.customdata.tolist() == [12_345]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.integers(1, 30))
def test_a_histogram_counts_every_span_once_in_the_bin_that_holds_it(durations, bins):
    spans = nested_spans([(0, "x", k * 20_000.0, float(d)) for k, d in enumerate(durations)])
    figure = duration_histogram(spans, "x", bins=bins)
    (bars,) = figure.data
    assert sum(bars.y) == len(durations)
    assert bars.y[0] >= durations.count(0) if 0 in durations else True
    low, high = figure.layout.xaxis.range
    assert low <= min(bars.x)
    assert max(bars.x) <= high


def test_a_histogram_over_decades_is_logarithmic_and_labelled_in_durations():
    spans = nested_spans([(0, "x", k * 2e6, 10.0**k) for k in range(7)])
    axis = duration_histogram(spans, "x").layout.xaxis
    assert list(axis.ticktext) == ["1µs", "10µs", "100µs", "1ms", "10ms", "100ms", "1s"]
    assert list(axis.tickvals) == pytest.approx(range(-6, 1))


def test_utilisation_rows_are_the_shares_of_time():
    spans = nested_spans([(0, "a", 0.0, 50.0), (1, "b", 25.0, 50.0), (1, "c", 30.0, 10.0)])
    main, cpu = utilisation_chart(spans, bins=3).data
    assert main.y.tolist() == pytest.approx([1, 1, 0, 0])
    assert cpu.y.tolist() == pytest.approx([0, 1, 1, 1])
    assert (cpu.x * 1e6).round(6).tolist() == [0, 25, 50, 75]
    with pytest.raises(ValueError, match="at least 1 bin"):
        utilisation_chart(spans, bins=0)


def test_the_same_name_has_the_same_colour_in_every_picture():
    spans = emulator_run(frames=5)
    assert set(bars_of(flame_chart(spans, tracks_of(spans))).query("name == 'frame'")["color"]) == {color_of("frame")}
    assert set(bars_of(flame_graph(spans)).query("name == 'frame'")["color"]) == {color_of("frame")}
    assert frames_chart(spans).data[0].marker.color == color_of("frame")
    assert duration_histogram(spans, "frame").data[0].marker.color == color_of("frame")


def test_every_picture_is_described_in_words():
    spans = emulator_run(frames=5)
    told = flame_chart(spans, tracks_of(spans)).alt
    assert told.startswith("Flame chart of ")
    assert "on Main, cpu, io, gpu. Most self time: " in told
    assert "Main 966" not in told
    for figure in (flame_graph(spans), frames_chart(spans), utilisation_chart(spans), counter_timeline(COUNTERS)):
        assert len(figure.alt) > 20


def test_pictures_need_none_of_plotlys_templates_and_leave_the_users_alone():
    before = pio.templates.default, pio.renderers.default
    spans = emulator_run(frames=5)
    document = json.loads(flame_chart(spans, tracks_of(spans)).to_json())
    assert "template" not in document["layout"] or not document["layout"]["template"].get("layout")
    assert (pio.templates.default, pio.renderers.default) == before


def test_every_bars_colour_is_one_of_the_palette():
    spans = emulator_run(frames=5)
    assert set(bars_of(flame_chart(spans, tracks_of(spans)))["color"]) <= set(PALETTE)


def test_the_time_axis_of_counters_lies_beneath_all_rows():
    axis = counter_timeline(COUNTERS).layout.xaxis
    assert (axis.anchor, axis.position) == ("free", 0)


def test_a_row_that_is_hardly_busy_is_paler_than_a_busy_one():
    spans = nested_spans([(track, name, 10.0 * n, busy) for n in range(2000) for track, name, busy in TWO_ROWS])
    (picture,) = series(flame_chart(spans, tracks_of(spans)), "image")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.source.split(",")[1]))).convert("RGBA"))
    opacity = pixels[:, PIXELS // 2, 3].astype(int)
    first, last = opacity[1], opacity[-3]
    assert 0 < first < last == 255


TWO_ROWS = [(0, "hardly", 0.5), (1, "busy", 10.0)]  # of 10 µs
