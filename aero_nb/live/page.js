// The live view in a page of its own: stands for the widget's model, and asks the server for what is new.

import live from "./bundle.js";

const RETRY_MS = 1000;
const HEAD = 8; // bytes: how long the JSON is, how long the columns are
const view = document.getElementById("view");
const tab = crypto.randomUUID();
const listeners = new Map();
const values = { seconds: Number(view.dataset.seconds), window: null, marks: [], _key: tab, tallest: 0 };

function tell(event, ...what) {
  for (const listener of listeners.get(event) ?? []) listener(...what);
}

/** What is new of the marks, and the window, go to the server. */
function send(change) {
  fetch("changes", { method: "POST", body: JSON.stringify(change) }).catch(() => {}); // gone: the page says no news
}

const model = {
  get: (key) => values[key],
  set(key, value) {
    const before = values[key];
    values[key] = value;
    if (key === "marks") send({ marks: value.slice(before.length) });
    else if (key === "window" && JSON.stringify(before) !== JSON.stringify(value)) send({ window: value });
  },
  save_changes() {},
  on: (event, listener) => listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
  off: (event, listener) => listeners.get(event)?.delete(listener),
};

/** What the server sent: messages, each with an id, one behind another. */
function* messagesOf(buffer) {
  const bytes = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; ) {
    const [text, data] = [bytes.getUint32(at, true), bytes.getUint32(at + 4, true)];
    const json = new TextDecoder().decode(new Uint8Array(buffer, at + HEAD, text));
    yield [JSON.parse(json), new DataView(buffer, at + HEAD + text, data)];
    at += HEAD + text + data;
  }
}

/** Take a message in; false: it was the last one. */
function take({ message }, data) {
  if ("marks" in message && !("now" in message)) {
    values.marks = message.marks;
    tell("change:marks");
    return true;
  }
  tell("msg:custom", message, [data]);
  if (!("ended" in message)) return true;
  document.getElementById("told").textContent = message.ended;
  if (message.timeline) location.replace(`timeline?tab=${tab}`);
  return false;
}

async function listen() {
  let after = 0;
  for (let going = true; going; ) {
    try {
      const answer = await fetch(`next?after=${after}&tab=${tab}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      for (const [head, data] of messagesOf(await answer.arrayBuffer())) {
        after = head.id;
        going = take(head, data) && going;
      }
    } catch {
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

function fit() {
  const numbers = 150; // above the timeline, at least
  values.tallest = Math.max(innerHeight - view.offsetTop - numbers, 0);
}

fit();
addEventListener("resize", fit);
live.initialize({ model });
live.render({ model, el: view });
listen();
