// Pictures of the page for the documentation, in `docs/pictures/web/`: node tests/browser/pictures.mjs HAUL [NAME ...].
// HAUL is the program. Runs are recorded into the temporary folder once.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromiumPath, startChromium, untilShown } from "./chromium.mjs";

const root = resolve(import.meta.dirname, "../../..");
const [haul, ...names] = process.argv.slice(2);
const out = join(root, "docs/pictures/web");
const runs = join(tmpdir(), "haul-pictures");
mkdirSync(out, { recursive: true });
mkdirSync(runs, { recursive: true });

/** Pictures: scenario, options of the recording, options of the page, and keys that are pressed. */
const PICTURES = [
  { name: "loading", scenario: "01_first_haul", duration: 420, at: 330, query: "camera=follow", keys: [] },
  { name: "mine", scenario: "04_ten_trucks_a_shift", duration: 900, at: 880, query: "camera=orbit&truck=3", keys: [] },
  { name: "chinese", scenario: "04_ten_trucks_a_shift", duration: 900, at: 600, query: "camera=follow&truck=2&lang=zh&theme=light", keys: [] },
  { name: "rain", scenario: "09_rain", duration: 900, at: 700, query: "camera=chase", keys: ["l"] },
];

function started(options, until) {
  return new Promise((done, fail) => {
    const child = spawn(haul, options, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    child.on("exit", (code) => (until === "exit" ? done(child) : fail(new Error(`haul ${options.join(" ")} ends with ${code}`))));
    if (until === "line") child.stdout.once("data", (data) => done({ child, address: String(data).split(/\s/)[0] }));
    else child.stdout.resume();
  });
}

const browser = await startChromium(chromiumPath());
for (const { name, scenario, duration, at, query, keys } of PICTURES) {
  if (names.length > 0 && !names.includes(name)) continue;
  const recording = join(runs, `${scenario}-${duration}.mcap`);
  if (!existsSync(recording)) await started(["run", `scenarios/${scenario}.toml`, "--duration", String(duration), "--record", recording], "exit");
  const { child, address } = await started(["web", recording, "--port", "0"], "line");
  const page = await browser.newPage({ viewport: { width: 1440, height: 820 } });
  page.setDefaultTimeout(120_000);
  await page.goto(`${address}?play=0&quality=high&t=${at}&${query}${query.includes("theme=") ? "" : "&theme=dark"}`);
  await untilShown(page);
  for (const key of keys) await page.keyboard.press(key);
  await page.waitForTimeout(6_000);
  await page.screenshot({ path: join(out, `${name}.png`), timeout: 120_000 });
  await page.close();
  child.removeAllListeners("exit");
  child.kill("SIGINT");
  console.log(join("docs/pictures/web", `${name}.png`));
}
await browser.close();
