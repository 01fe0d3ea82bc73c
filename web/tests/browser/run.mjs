// The page in Chromium: plays a recording and follows a live run. `node tests/browser/run.mjs [HAUL]`, where HAUL is the
// program; without it, the one that `HAUL_BIN` names.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { chromiumPath, complaints, shownTime, startChromium, untilShown } from "./chromium.mjs";

const root = resolve(import.meta.dirname, "../../..");
const haul = process.env.HAUL_BIN ?? process.argv[2] ?? join(root, "target/debug/haul");
const chromium = chromiumPath();
const skip = chromium === undefined ? "no Chromium on this machine" : existsSync(haul) ? false : `${haul} is absent; build it, or name it in HAUL_BIN`;
const folder = mkdtempSync(join(tmpdir(), "haul-page-"));
const recording = join(folder, "run.mcap");
/** Seconds that a busy machine may take for one step. */
const PATIENCE = 120_000;

/** Runs haul to its end. */
function finished(...options) {
  return new Promise((done, fail) => {
    const child = spawn(haul, options, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    child.on("exit", (code) => (code === 0 || code === 1 ? done() : fail(new Error(`haul ${options.join(" ")} ends with ${code}`))));
  });
}

/** Starts `haul web` and returns its address and a function that ends it. */
function serving(...options) {
  return new Promise((done, fail) => {
    const child = spawn(haul, ["web", ...options, "--port", "0"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const stop = () => new Promise((gone) => {
      child.once("exit", gone);
      child.kill("SIGINT");
    });
    child.once("exit", (code) => fail(new Error(`haul web ends with ${code}`)));
    child.stdout.once("data", (data) => done({ address: String(data).split(/\s/)[0], stop, kill: () => child.kill("SIGKILL") }));
  });
}

/** Opens a page and hands it on; complaints of the console fail the test. */
async function withPage(address, look, allowed = /^$/) {
  const browser = await startChromium(chromium);
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
    page.setDefaultTimeout(PATIENCE);
    const found = complaints(page);
    await page.goto(address);
    await look(page);
    assert.deepEqual(found.filter((line) => !allowed.test(line)), []);
  } finally {
    await browser.close();
  }
}

test("a recording plays, scrubs, and shows trucks, plots, log and both languages", { skip }, async () => {
  await finished("run", "scenarios/01_first_haul.toml", "--duration", "60", "--record", recording, "--force");
  const server = await serving(recording);
  try {
    await withPage(server.address, async (page) => {
      await untilShown(page);
      const before = await shownTime(page);
      await page.waitForFunction((t) => Number((document.documentElement.dataset.haul ?? "").split(" ")[1]) > t + 2, before);
      await page.keyboard.press("Space");
      await page.keyboard.press("End");
      await page.waitForFunction(() => Number((document.documentElement.dataset.haul ?? "").split(" ")[1]) > 59);
      await page.keyboard.press("Home");
      await page.waitForFunction(() => Number((document.documentElement.dataset.haul ?? "").split(" ")[1]) < 1);
      await page.locator(".fleet .row").first().waitFor();
      assert.match(await page.locator(".fleet").innerText(), /T1/);
      await page.keyboard.press("End");
      await page.waitForFunction(() => /km\/h/.test(document.querySelector(".truck dl")?.textContent ?? ""));
      assert.equal(await page.locator(".truck .uplot").count(), 5);
      assert.match(await page.locator(".log .lines").innerText(), /Ended/);
      await page.keyboard.press("g");
      await page.waitForFunction(() => document.querySelector(".fleet h2")?.textContent?.startsWith("车队"));
      await page.keyboard.press("?");
      assert.equal(await page.locator(".keys").isVisible(), true);
      await page.keyboard.press("Escape");
      for (const key of ["1", "2", "3", "4", "t", "p", "n", "m", "m", "l", "l", "f", "f", "Tab"]) await page.keyboard.press(key);
      // The picture is not one colour: ground, sky and machine are drawn.
      await page.keyboard.press("2");
      await page.waitForTimeout(1_500);
      const colours = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => {
        const view = document.querySelector("canvas.view");
        const small = document.createElement("canvas");
        [small.width, small.height] = [64, 40];
        const pen = small.getContext("2d");
        pen.drawImage(view, 0, 0, 64, 40);
        const data = pen.getImageData(0, 0, 64, 40).data;
        const seen = new Set();
        for (let k = 0; k < data.length; k += 4) seen.add((data[k] >> 4) * 256 + (data[k + 1] >> 4) * 16 + (data[k + 2] >> 4));
        done(seen.size);
      })));
      assert.ok(colours > 20, `${colours} colours`);
    });
  } finally {
    await server.stop();
  }
});

test("cut and foreign files are told in a sentence", { skip }, async () => {
  const cut = join(folder, "cut.mcap");
  const whole = readFileSync(recording);
  writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * 0.7)));
  writeFileSync(join(folder, "foreign.mcap"), "this is no recording");
  copyFileSync(recording, join(folder, "whole.mcap"));
  const server = await serving(folder);
  try {
    await withPage(server.address, async (page) => {
      await page.getByText("foreign.mcap").click();
      await page.waitForFunction(() => /expected a recording/.test(document.querySelector(".banner")?.textContent ?? ""));
      await page.locator(".welcome button", { hasText: "cut.mcap" }).click();
      await untilShown(page);
      await page.waitForFunction(() => /is cut/.test(document.querySelector(".log .lines")?.textContent ?? ""));
      await page.keyboard.press("End");
      assert.ok((await shownTime(page)) >= 0);
    });
  } finally {
    await server.stop();
  }
});

test("a live run is followed, paused, stepped and stopped, and a lost server is told", { skip }, async () => {
  const server = await serving("scenarios/01_first_haul.toml", "--clock", "4");
  let stopped = false;
  try {
    await withPage(server.address, async (page) => {
      await untilShown(page);
      const before = await shownTime(page);
      await page.waitForFunction((t) => Number((document.documentElement.dataset.haul ?? "").split(" ")[1]) > t + 3, before);
      await page.locator(".transport .play").click();
      await page.waitForFunction(() => document.querySelector(".transport .play")?.textContent === "▶");
      const paused = await shownTime(page);
      await page.getByRole("button", { name: "Step 1 s" }).click();
      await page.waitForFunction((t) => Number((document.documentElement.dataset.haul ?? "").split(" ")[1]) > t + 0.9, paused);
      await page.getByRole("button", { name: "All-stop" }).click();
      await page.getByRole("button", { name: "Step 1 s" }).click();
      await page.waitForFunction(() => /all-stop/.test(document.querySelector(".log .lines")?.textContent ?? ""));
      server.kill();
      stopped = true;
      await page.waitForFunction(() => /connection to the run is lost/.test(document.querySelector(".banner")?.textContent ?? ""));
      // A connection that cannot be opened is a complaint that browsers make by themselves.
    }, /WebSocket connection|ERR_CONNECTION_REFUSED/);
  } finally {
    if (!stopped) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
