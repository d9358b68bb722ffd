// Bundles the entries for the Python files that hand them out. Each bundle's header holds the hash of the sources and the lock
// file, which a plain Python test compares: no Node is needed to see that a bundle is stale.
//
//   node build.js             write the bundles
//   node build.js --check     fail where a bundle differs from what the sources make

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const FRONT = dirname(fileURLToPath(import.meta.url));
const PACKAGE = join(FRONT, "..", "..");
const MODULE = { format: "esm" };
// A script that a page runs in place: its function `awaken` is reached as `aeroNbAwaken.awaken`.
const SCRIPT = { format: "iife", globalName: "aeroNbAwaken" };
const BUNDLES = [
  { entry: "timeline", target: "timeline/bundle/timeline.js", options: MODULE },
  { entry: "loader", target: "timeline/bundle/loader.js", options: MODULE },
  { entry: "opener", target: "timeline/bundle/opener.js", options: MODULE },
  { entry: "awaken", target: "timeline/bundle/awaken.js", options: SCRIPT },
  { entry: "live", target: "live/bundle.js", options: MODULE },
  { entry: "figure", target: "figures/awaken.js", options: SCRIPT },
  { entry: "flame", target: "figures/flames_awaken.js", options: SCRIPT },
];

/** SHA-256 over names and contents of all sources, the lock file and this script. */
function sourceHash() {
  const sources = readdirSync(join(FRONT, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(FRONT, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    );
  const hash = createHash("sha256");
  for (const name of [...sources, "build.js", "package-lock.json"].sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(FRONT, name)));
  }
  return hash.digest("hex");
}

function bundle({ entry, options }, hash) {
  const { outputFiles } = buildSync({
    entryPoints: [join(FRONT, "src", "entries", `${entry}.ts`)],
    absWorkingDir: FRONT,
    bundle: true,
    write: false,
    charset: "utf8",
    minify: true,
    lineLimit: 120,
    target: "es2022",
    loader: { ".css": "text" },
    banner: { js: `/* aero_nb: built by front/build.js; sources sha256 ${hash} */` },
    legalComments: "none",
    ...options,
  });
  return outputFiles[0].text;
}

const check = process.argv.includes("--check");
const hash = sourceHash();
for (const each of BUNDLES) {
  const path = join(PACKAGE, each.target);
  const text = bundle(each, hash);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${each.target} differs from its sources: run npm run build in aero_nb/timeline/front`);
    process.exitCode = 1;
  }
}
