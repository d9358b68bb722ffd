// Bundles the tests (they are TypeScript) and runs them with Node's own runner: node test.js

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const FRONT = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(join(FRONT, "test")).filter((name) => name.endsWith(".test.ts"));
const built = mkdtempSync(join(FRONT, "node_modules", ".test-"));
try {
  buildSync({
    entryPoints: tests.map((name) => join(FRONT, "test", name)),
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: built,
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
  });
  const files = tests.map((name) => join(built, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(built, { recursive: true });
}
