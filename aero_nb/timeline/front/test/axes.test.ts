import assert from "node:assert/strict";
import { test } from "node:test";
import { AxisMap } from "../src/data/axes";
import { countersInRange, spansInRange } from "../src/logic/ranges";
import { scaleOf } from "../src/logic/scale";
import { againstOther } from "../src/logic/words";
import { smallStore } from "./small_store";

test("a map goes there and back; of a step there it has the end, of a standstill back the begin", () => {
  const map = new AxisMap([0, 100, 200, 200, 300], [0, 50, 50, 80, 180]);
  assert.deepEqual(
    [-5, 0, 50, 100, 150, 200, 250, 300, 400].map((time) => map.forward(time)),
    [0, 0, 25, 50, 50, 80, 130, 180, 180],
  );
  assert.deepEqual(
    [0, 25, 50, 65, 80, 130, 180, 999].map((place) => map.back(place)),
    [0, 50, 100, 200, 200, 250, 300, 300],
  );
});

// The guest does 1000 instructions in 1000 ns, waits for 500 ns, and does 1000 more in 500 ns.
const store = smallStore({
  spans: [
    { name: "frame", start: 0, duration: 1200, row: 0 },
    { name: "frame", start: 1250, duration: 750, row: 0 },
    { name: "wait", start: 1100, duration: 100, row: 1, parent: 0 },
  ],
  samples: [
    [0, 0],
    [1000, 10],
    [2000, 20],
  ],
  axis: [
    [0, 5000],
    [1000, 6000],
    [1500, 6000],
    [2000, 7000],
  ],
  pairs: [
    [0, 1],
    [1, 0],
  ],
});

test("on an axis spans lie where the guest was, and say what they took", () => {
  const guest = store.drawnBy("guest");
  assert.deepEqual(Array.from(guest.start), [0, 1000, 1000]);
  assert.deepEqual(Array.from(guest.duration), [1000, 1000, 0]);
  assert.deepEqual(Array.from(guest.host.duration), [1200, 750, 100]);
  assert.deepEqual(Array.from(guest.selfTime), [1100, 750, 100]);
  assert.equal(guest.end, 2000 + 4);
  assert.deepEqual(Array.from(store.start), [0, 1250, 1100]); // and the other one is as it was
  assert.equal(guest.toHost(500), 500);
  assert.equal(guest.toPlace(1700), 1400);
});

test("a range of an axis tells host times, and a standstill counts where it begins", () => {
  const guest = store.drawnBy("guest");
  const rows = spansInRange(guest, guest.bands, 500, 1000);
  assert.deepEqual(
    rows.map((row) => [guest.names[row.name], row.count, row.total]),
    [["frame", 1, 500]],
  );
  const [counter] = countersInRange(guest, guest.bands, 0, 2001);
  assert.deepEqual([counter.delta, counter.rate], [20, 20 / 2e-6]);
});

test("a count has round ticks of its own and says its unit once", () => {
  const scale = scaleOf(store.axes[0]);
  const { values, labels, base } = scale.ticks(0, 2000, 4);
  assert.deepEqual(values, [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(labels, ["5.0 k", "5.5 k", "6.0 k", "6.5 k", "7.0 k"]);
  assert.equal(base, "instructions");
  assert.equal(scale.moment(1234, 1), "6,234 instructions");
  assert.equal(scale.length(1500), "1.50 k instructions");
});

test("a span's counterpart in another run, and what it took", () => {
  assert.deepEqual([store.counterpart(0), store.counterpart(1), store.counterpart(2)], [1, 0, -1]);
  assert.equal(againstOther(store, 0), "Main: 750 ns, -450 ns");
});
