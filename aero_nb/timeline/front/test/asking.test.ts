import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { asker, codeModule, type MessageModel } from "../src/entries/asking";

function quietModel(): MessageModel {
  const ignore = () => {};
  return { get: () => "v1", set: ignore, save_changes: ignore, on: ignore, off: ignore, send: ignore };
}

test("an answer reaches the question of its id; an error rejects it", async () => {
  let hear: (content: object, buffers: never[]) => void = () => {};
  const sent: { id: string }[] = [];
  const model = quietModel();
  model.on = (_event: string, listener: typeof hear) => {
    hear = listener;
  };
  model.send = (content) => {
    sent.push(content as { id: string });
  };
  const { ask } = asker(model);
  const [good, bad] = [ask({ ask: "args", span: 3 }), ask({ ask: "moon" })];
  hear({ id: "of nobody" }, []);
  hear({ id: sent[1].id, error: "KeyError: moon" }, []);
  hear({ id: sent[0].id, text: "{}" }, []);
  assert.equal((await good).text, "{}");
  await assert.rejects(bad, /moon/);
});

test("what another view asked for and never got is asked for again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.aeroNbTimelines = new Map([["v1", new Promise<never>(() => {})]]);
  let asked = 0;
  const code = codeModule(quietModel(), async () => {
    asked += 1;
    throw new Error("the kernel is gone");
  });
  assert.equal(asked, 0);
  mock.timers.tick(60_000);
  await assert.rejects(code, /the kernel is gone/);
  assert.equal(asked, 1);
  mock.timers.reset();
});

test("views that come at once ask once", async () => {
  globalThis.aeroNbTimelines = new Map();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    throw new Error("no answer");
  };
  const both = [codeModule(quietModel(), ask), codeModule(quietModel(), ask)];
  await Promise.allSettled(both);
  assert.equal(asked, 1);
});
