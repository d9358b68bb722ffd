import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeSlow, Search } from "../src/logic/search";
import { smallStore } from "./small_store";

const spans = ["draw", "frame", "idle"].map((name, i) => ({ name, start: i * 10, duration: 5 }));

test("what cannot take long is tried at once, all else is not", () => {
  for (const query of ["", "a", "(a+)+$", "/jit|gpu/", "/^f.ame$/i", "/(/", "/a"]) assert.ok(!mayBeSlow(query), query);
  for (const query of ["/(a+)+$/", "/a*/", "/a+/", "/a?b/", "/a{9,}/", "/(a|a)(a|a)/"])
    assert.ok(mayBeSlow(query), query);
});

test("what an expression matches is taken from where it was tried", () => {
  const search = new Search(smallStore({ spans }));
  search.find("/(a+)+$/", null, new Map([["/(a+)+$/", new Set(["idle"])]]));
  assert.deepEqual([...(search.found ?? [])], [0, 0, 1]);
  search.find("thread:x /(a+)+$/", null, new Map([["/(a+)+$/", new Set(["idle"])]]));
  assert.equal(search.count, 0);
});

test("until a query is answered the last one stays marked, and none can be stepped through", () => {
  const search = new Search(smallStore({ spans }));
  search.find("draw");
  search.wait("/(a+)+$/");
  assert.deepEqual([...(search.found ?? [])], [1, 0, 0]);
  assert.deepEqual([search.query, search.status, search.step(1, 0)], ["/(a+)+$/", "…", -1]);
  search.fail("too slow");
  assert.deepEqual([search.query, search.status, search.found], ["/(a+)+$/", "too slow", null]);
  search.find("idle");
  assert.equal(search.status, "1 found");
});
