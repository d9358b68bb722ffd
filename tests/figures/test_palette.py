"""Colours and units: the same for everyone, readable by everyone."""

import itertools
import math

import numpy as np
import pytest

from aero_nb.figures.palette import PALETTE, color_index, color_of, contrast, label_color
from aero_nb.figures.units import format_count, format_duration, format_value, markup_text, plain_text, unit_of

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
AERO_NAMES = ["frame", "render", "present", "cpu:slice", "io:read", "gpu:submit", "jit:compile", "worker:init"]
AERO_NAMES += ["worker:boot", "wasm:init", "cpu:io:portRead 0x64"]


def oklab(color, sight):
    """Return OKLab (Ottosson 2020) times 100 of a colour as seen."""
    srgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHTS[sight] @ linear, 0, 1)
    lms = np.array(
        [[0.4122215, 0.5363325, 0.051446], [0.2119035, 0.6806995, 0.107397], [0.0883025, 0.2817188, 0.6299787]]
    )
    lab = np.array(
        [[0.2104543, 0.7936178, -0.0040720], [1.9779985, -2.4285922, 0.4505937], [0.0259040, 0.7827718, -0.8086758]]
    )
    return 100 * lab @ np.cbrt(lms @ seen)


@pytest.mark.parametrize("color", PALETTE)
def test_a_bar_stands_out_on_white_and_on_the_dark_notebook_and_its_label_on_it(color):
    assert contrast(color, "#ffffff") >= 3
    assert contrast(color, "#111111") >= 3
    assert contrast(color, label_color(color)) >= 4.5


@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_colours_look_alike_with_any_kind_of_sight(sight):
    pairs = itertools.combinations(PALETTE, 2)
    assert min(math.dist(oklab(a, sight), oklab(b, sight)) for a, b in pairs) >= (9 if sight == "normal" else 5.5)


def test_the_span_names_of_aero_have_colours_of_their_own():
    assert len({color_of(name) for name in AERO_NAMES}) == len(AERO_NAMES)


def test_a_names_colour_never_changes():
    told = {"": 1, "frame": 7, "render": 5, "é": 4, "😀": 4}
    assert {name: color_index(name) for name in told} == told
    assert color_index("\ud800") == color_index("\ufffd")  # as TextEncoder has it


def test_digits_do_not_change_a_colour():
    assert color_index("ProfilerStep#5") == color_index("ProfilerStep#17")
    assert color_index("12345") == color_index("")


def test_a_huge_name_has_the_colour_of_its_beginning():
    assert color_index("x" * 300_000) == color_index("x" * 256)


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0 ns"),
        (0.001, "1.00 ns"),
        (0.5, "500 ns"),
        (0.99951, "1.00 µs"),
        (1, "1.00 µs"),
        (12.345, "12.3 µs"),
        (999.6, "1.00 ms"),
        (1234, "1.23 ms"),
        (999_999, "1.00 s"),
        (59.99e6, "60.0 s"),
        (3_600e6, "60.0 min"),
        (7 * 86_400e6, "7.00 d"),
        (-1500, "-1.50 ms"),
        (math.nan, "?"),
        (math.inf, "?"),
    ],
)
def test_durations_read_in_the_unit_that_fits(us, text):
    assert format_duration(us) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0, "B", "0 B"), (999.9, "B", "1.00 kB"), (65_536, "B", "65.5 kB"), (1e13, "", "10.0 T"), (-5, "", "-5.00")],
)
def test_values_read_with_si_prefixes(value, unit, text):
    assert format_value(value, unit) == text
    assert format_count(1_234_567) == "1,234,567"
    assert (format_value(math.nan), format_value(-math.inf)) == ("?", "-∞")


def test_units_are_read_off_the_names_of_counters():
    told = {"bytes": "B", "textureUploadBytes": "B", "io_bytes": "B", "frameTimeMs": "ms", "wait_us": "µs"}
    told |= {"instructions": "", "items": "", "bytesize": "", "load%": "%"}
    assert {name: unit_of(name) for name in told} == told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain", "plain"),
        ("two\nlines\ttab", "two lines tab"),
        ("abc\u202egnp.exe", "abc\ufffdgnp.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("\ud800lone", "\ufffdlone"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("x" * 300_000, "x" * 79 + "…"),
        (None, "None"),
    ],
)
def test_a_name_becomes_one_short_visible_line(name, text):
    assert plain_text(name) == text


def test_markup_holds_nothing_that_plotly_would_read():
    text = markup_text("<b>%{x}</b> $\\alpha$ &lt; {y}")
    assert not set("<>%${}") & set(text)
    assert text.startswith("&#60;b&#62;&#37;&#123;x&#125;")
    assert markup_text("&lt;").startswith("&amp;lt;")
    assert markup_text("") == "(empty name)"


@pytest.mark.parametrize(
    ("color", "ratio"),
    [("#ffffff", 21.0), ("#ff0000", 5.252), ("#00ff00", 15.304), ("#0000ff", 2.444), ("#777777", 4.689)],
)
def test_contrast_is_that_of_wcag_2(color, ratio):
    assert contrast("#000000", color) == pytest.approx(ratio, abs=5e-4)
    assert contrast(color, "#000000") == contrast("#000000", color)
