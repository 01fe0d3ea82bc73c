// Reading of recordings and messages: sound, cut and hostile ones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackFrame } from "../../src/recording/lz4.ts";
import { MapLayer } from "../../src/recording/map_layer.ts";
import { ingest } from "../../src/recording/messages.ts";
import { type Piece, readRecording } from "../../src/recording/read.ts";
import { MOST_TRUCKS, RunData } from "../../src/timeline/run.ts";
import { en } from "../../src/words/en.ts";
import { chinese } from "../../src/words/sentences.ts";
import { zh } from "../../src/words/zh.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An LZ4 frame of one compressed block. */
function frameOf(block: number[]): Uint8Array {
  return Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0, ...block, 0, 0, 0, 0]);
}

test("a match that overlaps itself repeats its bytes", () => {
  // Literals "ab", then 6 bytes from 2 back, then the last literal "c".
  const frame = frameOf([0x22, 0x61, 0x62, 2, 0, 0x10, 0x63]);
  assert.equal(new TextDecoder().decode(unpackFrame(frame)), "abababab" + "c");
});

test("damaged LZ4 frames give a sentence and never hang", () => {
  const frame = frameOf([0x22, 0x61, 0x62, 2, 0, 0x10, 0x63]);
  for (let cut = 0; cut < frame.length; cut++) assert.throws(() => unpackFrame(frame.subarray(0, cut)), Error, `cut at ${cut}`);
  assert.throws(() => unpackFrame(frameOf([0x12, 0x61, 9, 0])), /before the beginning/);
  assert.throws(() => unpackFrame(frame, 4), /more than 4 bytes/);
});

/** A frame of the topic /frames in CDR. */
function motion(seconds: number, trucks: [number, number][]): Uint8Array {
  const out = new ArrayBuffer(4 + 16 + trucks.length * 64 + 64);
  const view = new DataView(out);
  view.setUint8(1, 1);
  view.setBigUint64(4, BigInt(Math.round(seconds * 1e9)), true);
  view.setUint32(12, trucks.length, true);
  let at = 12;
  for (const [id, x] of trucks) {
    view.setUint32(4 + at, id, true);
    at = Math.ceil((at + 4) / 8) * 8;
    view.setFloat64(4 + at, x, true);
    view.setFloat64(12 + at, 5, true);
    at += 16;
    [1, 0, 0, 0, 1, 10, 0, 0, 50_000].forEach((value, k) => view.setFloat32(4 + at + 4 * k, value, true));
    at += 36;
  }
  return new Uint8Array(out, 0, 4 + at);
}

test("trucks stand between their frames and wheels roll on", () => {
  const run = new RunData();
  ingest(run, "/frames", 1, motion(1, [[1, 0], [2, 100]]));
  ingest(run, "/frames", 2, motion(2, [[1, 10], [2, 110]]));
  const half = run.trucks.get(1)?.at(1.5);
  assert.equal(half?.x, 5);
  assert.equal(half?.payload, 50_000);
  assert.equal(run.trucks.get(2)?.at(3)?.x, 110);
  assert.equal(run.trucks.get(2)?.at(2)?.travelled, 10);
  assert.equal(run.trucks.get(1)?.at(0.5), undefined);
});

test("poses that are not numbers or lie nowhere are left out and counted", () => {
  const run = new RunData();
  ingest(run, "/frames", 1, motion(1, [[1, NaN], [2, 1e12], [3, 3]]));
  assert.deepEqual([...run.trucks.keys()], [3]);
  assert.equal(run.omissions.get("poses_nowhere"), 2);
  ingest(run, "/frames", 2, motion(2, [[1, 1]]).subarray(0, 30));
  ingest(run, "/events", NaN, bytes("{}"));
  ingest(run, "/truck/T3/state", 1, bytes("{not json"));
  ingest(run, "/heaps", 1, bytes('{"heaps":[{"x":1,"y":2,"radius_m":1e9,"height_m":1}, null, 7]}'));
  assert.equal(run.omissions.get("messages_unreadable"), 2);
  assert.equal(run.omissions.get("messages_without_time"), 1);
  assert.deepEqual(run.heaps.at(1), []);
});

test("a million trucks do not fill the memory", () => {
  const run = new RunData();
  const frame = motion(1, [[1, 0]]);
  new DataView(frame.buffer).setUint32(12, 1_000_000, true);
  ingest(run, "/frames", 1, frame);
  assert.equal(run.trucks.size, 1);
  for (let id = 0; id < MOST_TRUCKS + 500; id++) ingest(run, `/truck/T${id}/state`, 1, bytes("{}"));
  assert.equal(run.trucks.size, MOST_TRUCKS);
  assert.ok((run.omissions.get("trucks_too_many") ?? 0) >= 500);
});

test("frames that come too often are thinned, and time never goes back", () => {
  const run = new RunData();
  for (let k = 0; k <= 100; k++) ingest(run, "/frames", k * 0.02, motion(k * 0.02, [[1, k]]));
  assert.ok((run.trucks.get(1)?.times.length ?? 0) < 25);
  ingest(run, "/frames", 0.5, motion(0.5, [[1, 0]]));
  assert.equal(run.omissions.get("frames_out_of_order"), 1);
});

async function* pieces(content: Uint8Array): AsyncGenerator<Piece> {
  yield { bytes: content, done: content.length, total: content.length };
}

test("files that are no recording are refused with a sentence", async () => {
  for (const [content, expected] of [["", /empty/], ["hello, this is no recording at all", /expected a recording/], ["\x89MCAP0\r\n", /expected a recording/]] as const) {
    const file = Uint8Array.from(content, (c) => c.charCodeAt(0));
    await assert.rejects(readRecording("x.mcap", pieces(file), async () => {}), expected, JSON.stringify(content));
  }
});

test("a map layer with a hostile grid is refused", () => {
  const layer = (grid: object): Uint8Array => {
    const header = bytes(JSON.stringify({ name: "x", grid }));
    const all = new Uint8Array(12 + header.length);
    all.set(bytes("HAULMAP1"));
    new DataView(all.buffer).setUint32(8, header.length, true);
    all.set(header, 12);
    return all;
  };
  const sound = { x: 0, y: 0, spacing: 2, columns: 3, rows: 3, low: 0, step: 0.01 };
  assert.throws(() => MapLayer.read(layer({ ...sound, columns: 1e9, rows: 1e9 })), /expected a grid/);
  assert.throws(() => MapLayer.read(layer({ ...sound, columns: 2.5 })), /expected a grid/);
  assert.throws(() => MapLayer.read(layer({ ...sound, spacing: 0 })), /lies nowhere/);
  assert.throws(() => MapLayer.read(layer(sound)), /cut in its heights/);
  assert.throws(() => MapLayer.read(bytes("<!doctype html>")), /expected a map layer/);
});

test("both languages have the same words and the same parts in braces", () => {
  const parts = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en)) {
    const other = zh[key as keyof typeof en];
    assert.ok(other.length > 0, key);
    assert.deepEqual(parts(other), parts(text), key);
  }
});

test("sentences of the simulator are put into Chinese, with their causes", () => {
  assert.equal(chinese("waiting for the right of way behind T4"), "等待路权,在 T4 之后");
  assert.equal(chinese("held by its supervisor (end of the grant)"), "被安全监督限制(路权终点)");
  assert.equal(chinese("T7: TravelEmpty to QueueAtLoad"), "T7:空载行驶 → 装载点排队");
  assert.equal(chinese("a sentence that nobody knows"), "a sentence that nobody knows");
});
