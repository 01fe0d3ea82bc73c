// Reading of recordings: MCAP files from a file, an address or the server, whole or cut.

import { McapStreamReader } from "@mcap/core";
import { RunData } from "../timeline/run.ts";
import { unpackFrame } from "./lz4.ts";
import { MapLayer } from "./map_layer.ts";
import { ingest } from "./messages.ts";

/** Identity of a recorded run. */
export interface RunInfo {
  scenario: string;
  mine: string;
  seed: string;
  haul: string;
}

/** A recording that is being read or has been read. */
export interface Recording {
  name: string;
  info?: RunInfo;
  run: RunData;
  map?: MapLayer;
  /** The packed mine, for recordings without a map layer. */
  packedMine?: Uint8Array;
  /** Reason of the end, in words; undefined for a run that was killed. */
  ended?: string;
  /** Why the reading stopped before the end of the file, in words. */
  cut?: string;
}

/** A piece of a file, and how much of it has come: bytes, and all of them if that is known. */
export interface Piece {
  bytes: Uint8Array;
  done: number;
  total?: number;
}

/** Bytes that a slice of a file is read in. */
const SLICE = 2 * 1024 * 1024;
/** Most bytes that are read; more do not fit into a page. */
const MOST_BYTES = 4e9;
/** Longest record that is waited for. */
const LONGEST_RECORD = 600e6;

const SECONDS = 1e9;

/** Pieces of a file on this machine. */
export async function* piecesOfFile(file: Blob): AsyncGenerator<Piece> {
  for (let at = 0; at < file.size; at += SLICE) {
    const bytes = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer());
    yield { bytes, done: Math.min(at + SLICE, file.size), total: file.size };
  }
}

/** Pieces of a file at an address. */
export async function* piecesOfAddress(address: string, signal: AbortSignal): AsyncGenerator<Piece> {
  const response = await fetch(address, { signal });
  if (!response.ok || response.body === null) {
    throw new Error(`${address}: the server answers ${response.status} ${response.statusText}. ${(await response.text()).slice(0, 200)}`);
  }
  const size = Number(response.headers.get("content-length"));
  const reader = response.body.getReader();
  let done = 0;
  for (;;) {
    const piece = await reader.read();
    if (piece.done) return;
    done += piece.value.length;
    yield { bytes: piece.value, done, ...(size > 0 ? { total: size } : {}) };
  }
}

/**
 * Reads a recording. `progress` is called between the pieces, with the recording so far. A cut or damaged file gives what
 * stands before the damage. Throws an error with a sentence if the file is no recording of haul.
 */
export async function readRecording(name: string, pieces: AsyncIterable<Piece>, progress: (recording: Recording, piece: Piece) => Promise<void>): Promise<Recording> {
  const recording: Recording = { name, run: new RunData() };
  const channels = new Map<number, string>();
  const reader = new McapStreamReader({ decompressHandlers: { lz4: (bytes, size) => unpackFrame(bytes, Math.max(Number(size), 1)) } });
  let bytes = 0;
  let whole = false;
  try {
    for await (const piece of pieces) {
      bytes += piece.bytes.length;
      if (bytes > MOST_BYTES) throw new Error(`the file is larger than ${MOST_BYTES / 1e9} GB`);
      reader.append(piece.bytes);
      for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
        switch (record.type) {
          case "Channel":
            channels.set(record.id, record.topic);
            break;
          case "Message": {
            const topic = channels.get(record.channelId);
            if (topic !== undefined) ingest(recording.run, topic, Number(record.logTime) / SECONDS, record.data);
            break;
          }
          case "Metadata":
            metadata(recording, record.name, record.metadata);
            break;
          case "Attachment":
            attachment(recording, record.name, record.mediaType, record.data);
            break;
          case "Footer":
            whole = true;
            break;
          default:
        }
      }
      if (reader.bytesRemaining() > LONGEST_RECORD) throw new Error("a record claims more bytes than a recording holds");
      await progress(recording, piece);
    }
  } catch (error) {
    if (bytes === 0 || (recording.info === undefined && recording.run.isEmpty)) {
      throw new Error(`${name}: ${bytes === 0 ? sentence(error) : `expected a recording of haul, found other content (${sentence(error)})`}`);
    }
    recording.cut = sentence(error);
  }
  if (bytes === 0) throw new Error(`${name}: the file is empty; expected a recording that \`haul run --record\` wrote`);
  if (recording.info === undefined) {
    throw new Error(`${name}: expected a recording that \`haul run --record\` wrote, found ${whole ? "an MCAP file of another program" : "other content"}`);
  }
  if (!whole && recording.cut === undefined) recording.cut = `the file ends at byte ${bytes}, before its end`;
  return recording;
}

function metadata(recording: Recording, name: string, pairs: Map<string, string>): void {
  const text = (key: string): string => (pairs.get(key) ?? "").slice(0, 300);
  if (name === "haul") {
    const format = pairs.get("format");
    if (format !== "1") throw new Error(`it has the recording format ${text("format") || "0"} (written by haul ${text("haul")}); this page reads format 1`);
    recording.info = { scenario: text("scenario"), mine: text("mine"), seed: text("seed"), haul: text("haul") };
  } else if (name === "haul.end") {
    recording.ended = text("ended");
  }
}

function attachment(recording: Recording, name: string, mediaType: string, data: Uint8Array): void {
  if (name !== "map.layer" && name !== "map.mine") return;
  try {
    const bytes = mediaType.endsWith("+lz4") ? unpackFrame(data) : data;
    if (name === "map.layer") recording.map = MapLayer.read(bytes);
    else recording.packedMine = bytes.slice();
  } catch {
    // The run plays on flat ground; the page says so.
    recording.run.omit("map_unreadable");
  }
}

/** Words of an error. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
