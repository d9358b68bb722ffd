import assert from "node:assert/strict";
import { test } from "node:test";
import { StubHost } from "../src/logic/hosts";
import { spansInRange } from "../src/logic/ranges";
import { TimelineState } from "../src/logic/state";
import { Notes } from "../src/page/notes";
import { smallStore } from "./small_store";

const store = smallStore({
  spans: [{ name: "frame", start: 0, duration: 5000 }],
  samples: [[0, 1]],
});

test("notes are in µs for Python and in ns on the page, both ways", () => {
  const state = new TimelineState(store, () => {});
  const host = new StubHost({});
  let drawn = 0;
  const notes = new Notes(state, host, () => {
    drawn += 1;
  });
  notes.take([{ ts_us: 1.5, dur_us: 2, text: "slow" }]);
  assert.deepEqual(state.notes, [{ start: 1500, duration: 2000, text: "slow" }]);
  notes.add(3000, 250, "short");
  assert.deepEqual(host.get("notes"), [
    { ts_us: 1.5, dur_us: 2, text: "slow" },
    { ts_us: 3, dur_us: 0.25, text: "short" },
  ]);
  notes.remove(0);
  assert.deepEqual(host.get("notes"), [{ ts_us: 3, dur_us: 0.25, text: "short" }]);
  assert.deepEqual(state.notes, [{ start: 3000, duration: 250, text: "short" }]);
  assert.equal(drawn, 3);
});

test("the spans of a hidden track, or of one in a closed process, are not counted in a range", () => {
  const { layout } = new TimelineState(store, () => {});
  const counted = () => spansInRange(store, layout.shownBands, 0, 1e6).map((row) => row.count);
  assert.deepEqual(counted(), [1]);
  layout.toggle(layout.hidden, 0);
  assert.deepEqual(counted(), []);
  layout.showOnly(null);
  layout.toggle(layout.collapsed, 0);
  assert.deepEqual(counted(), [1]);
  layout.toggle(layout.closed, 0);
  assert.deepEqual(counted(), []);
});
