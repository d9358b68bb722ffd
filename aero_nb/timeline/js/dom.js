// Small helpers for the page. Text from traces only ever becomes textContent.

/** An element with attributes (functions become listeners) and children (strings become text). */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function button(label, action, attributes = {}) {
  const { text = label, ...rest } = attributes;
  return el("button", { type: "button", title: label, "aria-label": label, click: action, ...rest }, text);
}

function select(label, options, value, action) {
  const choices = options.map(([key, text]) => el("option", { value: key, selected: key === value }, text));
  const node = el("select", { "aria-label": label, title: label }, ...choices);
  node.addEventListener("change", () => action(node.value));
  return node;
}

/** A table; a cell may be text or a node, and columns after the first `texts` are numbers. */
function table(caption, heads, rows, texts = 1) {
  const cell = (tag, place) => (content) => {
    const number = place(content) >= texts;
    const title = typeof content === "string" && content.length > 24 ? content : null; // it may be cut
    return el(tag, { class: number ? "aero-number" : null, scope: tag === "th" ? "col" : null, title }, content);
  };
  const line = (tag, contents) => el("tr", {}, ...contents.map((content, i) => cell(tag, () => i)(content)));
  return el("table", {}, el("caption", {}, caption), el("thead", {}, line("th", heads)),
    el("tbody", {}, ...rows.map((row) => line("td", row))));
}

/** Run `action` once, `delay` ms after the last call. */
function debounced(action, delay) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), delay);
  };
}
