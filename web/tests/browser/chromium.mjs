// Chromium for tests and pictures: found on this machine, with software WebGL.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [process.env.HAUL_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of Chromium; undefined where there is none. */
export function chromiumPath() {
  return PLACES.find((path) => path !== undefined && existsSync(path));
}

/** Starts Chromium without a display. */
export async function startChromium(path) {
  return chromium.launch({
    executablePath: path,
    args: [
      "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    ],
  });
}

/** Collects what a page complains about. Warnings of the software renderer about its own speed do not count. */
export function complaints(page) {
  const found = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (/GPU stall due to ReadPixels|software WebGL|swiftshader/i.test(message.text())) return;
    found.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`exception: ${error.message}`));
  return found;
}

/** Time that the page shows, s. */
export async function shownTime(page) {
  const state = await page.evaluate(() => document.documentElement.dataset.haul ?? "");
  return Number(state.split(" ")[1] ?? NaN);
}

/** Waits until the page shows a run. */
export async function untilShown(page) {
  await page.waitForFunction(() => (document.documentElement.dataset.haul ?? "").startsWith("shown"), undefined, { timeout: 60_000 });
}
