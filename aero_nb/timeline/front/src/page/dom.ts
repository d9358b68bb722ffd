// Small helpers for the page. Text from traces only ever becomes textContent.

type Listener = (event: Event) => void;
export type Attributes = Record<string, string | boolean | null | undefined | Listener>;

/** An element with attributes (functions become listeners) and children (strings become text). */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

const WORD = /^[a-z][a-z ]*$/i;

/** A button that says what it does; `text` is what it shows, where that is shorter. */
export function button(
  label: string,
  action: () => void,
  { text = label, ...attributes }: Attributes & { text?: string } = {},
): HTMLButtonElement {
  // Who speaks to the computer says the word that is to be seen.
  const named = WORD.test(text) && !label.toLowerCase().includes(text.toLowerCase()) ? `${text}: ${label}` : label;
  return el("button", { type: "button", title: label, "aria-label": named, click: action, ...attributes }, text);
}

export function select<Key extends string>(
  label: string,
  options: readonly (readonly [Key, string])[],
  value: Key,
  action: (key: Key) => void,
): HTMLSelectElement {
  const choices = options.map(([key, text]) => el("option", { value: key, selected: key === value }, text));
  const node = el("select", { "aria-label": label, title: label }, ...choices);
  node.addEventListener("change", () => action(node.value as Key));
  return node;
}

const LONG = 24; // characters of a cell that may be cut

/** A table; a cell may be text or a node, and columns after the first are numbers. */
export function table(caption: string, heads: string[], rows: (Node | string)[][]): HTMLTableElement {
  const cell = (tag: "td" | "th", content: Node | string, column: number) => {
    const title = typeof content === "string" && content.length > LONG ? content : null;
    const scope = tag === "th" ? "col" : null;
    return el(tag, { class: column >= 1 ? "aero-number" : null, scope, title }, content);
  };
  const line = (tag: "td" | "th", contents: (Node | string)[]) =>
    el("tr", {}, ...contents.map((content, column) => cell(tag, content, column)));
  const body = el("tbody", {}, ...rows.map((row) => line("td", row)));
  return el("table", {}, el("caption", {}, caption), el("thead", {}, line("th", heads)), body);
}

/** Run `action` once, `delay` ms after the last call. */
export function debounced(action: () => void, delay: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}
