// One name, one colour: the same hash and colours as aero_nb/figures/palette.py.

export const PALETTE = [
  "#546c3c",
  "#849c54",
  "#a83c78",
  "#b46c0c",
  "#246c90",
  "#189060",
  "#c0300c",
  "#6c78a8",
  "#9c48c0",
  "#e46c90",
  "#a884c0",
  "#3084f0",
];
/** Share of self time, none to all: blue over grey to orange. Each has 3:1 on light and on dark paper. */
export const SHARES = [
  "#2f6fd0",
  "#4473bb",
  "#5876a6",
  "#6a7991",
  "#7c7c7c",
  "#8f7a62",
  "#a27648",
  "#b5702c",
  "#c9660a",
];
const ENCODER = new TextEncoder();

/** The place of a name's colour in PALETTE: FNV-1a of its first bytes but digits, spread over the twelve. */
export function colorIndex(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of ENCODER.encode(name.slice(0, 512)).subarray(0, 256))
    if (byte < 0x30 || byte > 0x39) hash = Math.imul(hash ^ byte, 0x01000193);
  return (Math.imul(hash, 3273) >>> 16) % PALETTE.length;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
}

/** Relative luminance of WCAG 2. */
function luminance(color: string): number {
  const [r, g, b] = channels(color)
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on the colour. */
function labelColor(background: string): string {
  const level = luminance(background) + 0.05;
  return 1.05 / level >= level / 0.05 ? "#ffffff" : "#000000";
}

/** `share` of one colour over another, as #rrggbb. */
export function mix(color: string, other: string, share: number): string {
  const below = channels(other);
  const mixed = channels(color).map((c, i) => Math.round(c * share + below[i] * (1 - share)));
  return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}

export interface Paint {
  fill: string;
  label: string;
  edge: string;
  /** For what a search did not find. */
  faded: string;
}

/** How spans are painted in each colour, on paper of one colour. */
export function paints(colors: string[], paper: string): Paint[] {
  return colors.map((fill) => ({
    fill,
    label: labelColor(fill),
    edge: mix(fill, paper, 0.6),
    faded: mix(fill, paper, 0.22),
  }));
}

export interface Theme {
  paper: string;
  ink: string;
  faint: string;
  line: string;
  grid: string;
  lost: string;
  band: string;
  mark: string;
  select: string;
  shade: string;
  bad: string;
}

/** A number that is bad; of a late frame's bar in both themes. */
export const BAD = "#c0300c";

export const THEMES: { light: Theme; dark: Theme } = {
  light: {
    paper: "#ffffff",
    ink: "#1f2328",
    faint: "#59636e",
    line: "#d8dee4",
    grid: "#eceff2",
    lost: "#8c959f",
    band: "#f6f8fa",
    mark: "#0550ae",
    select: "#0550ae",
    shade: "rgba(5,80,174,0.12)",
    bad: BAD,
  },
  dark: {
    paper: "#111111",
    ink: "#e6edf3",
    faint: "#a8b1bb",
    line: "#3d444d",
    grid: "#23272d",
    lost: "#6e7681",
    band: "#1a1d21",
    mark: "#79c0ff",
    select: "#f0f6fc",
    shade: "rgba(121,192,255,0.18)",
    bad: "#ff7b72",
  },
};
