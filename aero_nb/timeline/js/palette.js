// One name, one colour: the same hash and colours as aero_nb/figures/palette.py.

const PALETTE = [
  "#546c3c", "#849c54", "#a83c78", "#b46c0c", "#246c90", "#189060",
  "#c0300c", "#6c78a8", "#9c48c0", "#e46c90", "#a884c0", "#3084f0",
];
const NEUTRAL = "#7c7c7c";
// Share of self time, none to all: blue over grey to orange. Each has 3:1 on light and on dark paper.
const SHARES = ["#2f6fd0", "#4473bb", "#5876a6", "#6a7991", "#7c7c7c", "#8f7a62", "#a27648", "#b5702c", "#c9660a"];
const ENCODER = new TextEncoder();

function colorIndex(name) {
  let h = 0x811c9dc5;
  for (const b of ENCODER.encode(name.slice(0, 512)).subarray(0, 256)) h = Math.imul(h ^ b, 0x01000193);
  return (Math.imul(h, 1437) >>> 16) % 12;
}

function channels(color) {
  return [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
}

function luminance(color) {
  const [r, g, b] = channels(color)
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on the colour. */
function labelColor(background) {
  const level = luminance(background) + 0.05;
  return 1.05 / level >= level / 0.05 ? "#ffffff" : "#000000";
}

/** `share` of one colour over another, as #rrggbb. */
function mix(color, other, share) {
  const [a, b] = [channels(color), channels(other)];
  const hex = a.map((c, i) => Math.round(c * share + b[i] * (1 - share)).toString(16).padStart(2, "0"));
  return `#${hex.join("")}`;
}

/** Fill, label and left edge of a span in each colour, and their faded twins for what a search did not find. */
function paints(colors, paper) {
  return colors.map((fill) => ({
    fill,
    label: labelColor(fill),
    edge: mix(fill, paper, 0.6),
    faded: mix(fill, paper, 0.22),
  }));
}

/** The background that is really behind an element, as [r, g, b]. */
function backgroundOf(element) {
  for (let node = element; node; node = node.parentElement ?? node.getRootNode()?.host) {
    const found = getComputedStyle(node).backgroundColor.match(/[\d.]+/g)?.map(Number);
    if (found && (found.length < 4 || found[3] > 0.5)) return found;
  }
  return [255, 255, 255];
}

function isDark(element) {
  const [r, g, b] = backgroundOf(element);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

const THEMES = {
  light: { paper: "#ffffff", ink: "#1f2328", faint: "#59636e", line: "#d8dee4", grid: "#eceff2",
    lost: "#8c959f", band: "#f6f8fa", mark: "#0550ae", select: "#0550ae", shade: "rgba(5,80,174,0.12)" },
  dark: { paper: "#111111", ink: "#e6edf3", faint: "#a8b1bb", line: "#3d444d", grid: "#23272d",
    lost: "#6e7681", band: "#1a1d21", mark: "#79c0ff", select: "#f0f6fc", shade: "rgba(121,192,255,0.18)" },
};
