// Bundles the unit tests and runs them: Node.js 20 reads no TypeScript by itself.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

const here = import.meta.dirname;
const out = mkdtempSync(join(tmpdir(), "haul-web-"));
try {
  const input = readdirSync(here).filter((name) => name.endsWith(".test.ts")).map((name) => join(here, name));
  const bundle = await rolldown({ input, platform: "node", external: /^node:/ });
  await bundle.write({ dir: out, format: "esm", entryFileNames: "[name].mjs" });
  const files = readdirSync(out).filter((name) => name.endsWith(".test.mjs")).map((name) => join(out, name));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
