// The mine as a recording holds it for pictures. The layout is written down in `haul_record::map_layer`.

import type { RunData } from "../timeline/run.ts";

/** A pose in plan: metres, and radians anticlockwise from east. */
export interface Pose {
  x: number;
  y: number;
  heading: number;
}

export type PlaceKind = "load" | "crusher" | "dump" | "park" | "fuel";

export interface Place {
  id: string;
  kind: PlaceKind;
  spots: Pose[];
  queue: Pose[];
  machine?: Pose;
}

export interface Road {
  id: number;
  one_way: boolean;
  limit_kmh?: number;
  line: Float64Array;
  width: Float64Array;
}

export interface Zone {
  name: string;
  ring: Float64Array;
  closed: boolean;
}

export interface Grid {
  x: number;
  y: number;
  spacing: number;
  columns: number;
  rows: number;
  low: number;
  step: number;
}

/** Most nodes that are drawn; a hostile file may claim any number. */
const MOST_NODES = 4_000_000;
/** Farthest coordinate that is drawn, m. */
const FARTHEST = 1e6;

/** The mine: ground, roads, places and zones. */
export class MapLayer {
  readonly name: string;
  readonly surveyed: boolean;
  readonly grid: Grid;
  readonly heights: Float32Array;
  readonly drivable: Float64Array[];
  readonly roads: Road[];
  readonly places: Place[];
  readonly zones: Zone[];
  readonly low: number;
  readonly high: number;

  private constructor(header: Record<string, unknown>, grid: Grid, heights: Float32Array) {
    this.name = String(header.name ?? "");
    this.surveyed = header.surveyed === true;
    this.grid = grid;
    this.heights = heights;
    this.drivable = list(header.drivable).map(numbers).filter((ring) => ring.length >= 6);
    this.roads = list(header.roads).map(road).filter((r): r is Road => r !== undefined);
    this.places = list(header.places).map(place).filter((p): p is Place => p !== undefined);
    this.zones = list(header.zones).map((z) => {
      const zone = object(z);
      return { name: String(zone.name ?? ""), ring: numbers(zone.ring), closed: zone.closed === true };
    });
    let low = Infinity;
    let high = -Infinity;
    for (const h of heights) {
      if (h < low) low = h;
      if (h > high) high = h;
    }
    this.low = low;
    this.high = high;
  }

  /** Reads a map layer. Throws an error with a sentence if the bytes are none. */
  static read(bytes: Uint8Array): MapLayer {
    const magic = new TextDecoder().decode(bytes.subarray(0, 8));
    if (magic !== "HAULMAP1") throw new Error(`expected a map layer "HAULMAP1", found "${printable(magic)}"`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 12) throw new Error("the map layer is cut in its header");
    const length = view.getUint32(8, true);
    if (12 + length > bytes.length) throw new Error("the map layer is cut in its header");
    const header = object(JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length))));
    const grid = gridOf(header.grid);
    const count = grid.columns * grid.rows;
    if (bytes.length < 12 + length + 2 * count) throw new Error("the map layer is cut in its heights");
    const heights = new Float32Array(count);
    const units = new Uint16Array(count);
    for (let k = 0, at = 12 + length; k < count; k++, at += 2) {
      const before = k % grid.columns > 0 ? units[k - 1] : k >= grid.columns ? units[k - grid.columns] : 0;
      units[k] = (before as number) + view.getUint16(at, true);
      heights[k] = grid.low + (units[k] as number) * grid.step;
    }
    return new MapLayer(header, grid, heights);
  }

  /** South-western and north-eastern corner, m. */
  get bounds(): { x0: number; y0: number; x1: number; y1: number } {
    const { x, y, spacing, columns, rows } = this.grid;
    return { x0: x, y0: y, x1: x + (columns - 1) * spacing, y1: y + (rows - 1) * spacing };
  }

  /** Height of the ground, m: bilinear between nodes, clamped at the rim. */
  height(x: number, y: number): number {
    const { columns, rows, spacing } = this.grid;
    const u = Math.min(Math.max((x - this.grid.x) / spacing, 0), columns - 1);
    const v = Math.min(Math.max((y - this.grid.y) / spacing, 0), rows - 1);
    const i = Math.min(Math.floor(u), columns - 2);
    const j = Math.min(Math.floor(v), rows - 2);
    const [a, b] = [u - i, v - j];
    const at = j * columns + i;
    const h = this.heights;
    const south = (h[at] as number) * (1 - a) + (h[at + 1] as number) * a;
    const north = (h[at + columns] as number) * (1 - a) + (h[at + columns + 1] as number) * a;
    return south * (1 - b) + north * b;
  }
}

/** Ground for a run without a map: flat, below every truck. */
export function flatGround(run: RunData): MapLayer {
  const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity, z: Infinity };
  for (const truck of run.trucks.values()) {
    for (let k = 0; k < truck.times.length; k += 10) {
      const motion = truck.at(truck.times.at(k));
      if (motion === undefined) continue;
      [box.x0, box.x1] = [Math.min(box.x0, motion.x), Math.max(box.x1, motion.x)];
      [box.y0, box.y1] = [Math.min(box.y0, motion.y), Math.max(box.y1, motion.y)];
      box.z = Math.min(box.z, motion.z);
    }
  }
  if (box.x1 < box.x0) Object.assign(box, { x0: 0, x1: 0, y0: 0, y1: 0, z: 0 });
  const [x, y, z] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.z];
  const reach = Math.min(5_000, 200 + Math.max(box.x1 - box.x0, box.y1 - box.y0) / 2);
  const columns = 65;
  const spacing = (2 * reach) / (columns - 1);
  const header = JSON.stringify({
    name: "",
    surveyed: false,
    grid: { x: x - reach, y: y - reach, spacing, columns, rows: columns, low: z, step: 0.01 },
    drivable: [],
    roads: [],
    places: [],
    zones: [],
  });
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(12 + text.length + 2 * columns * columns);
  bytes.set(new TextEncoder().encode("HAULMAP1"));
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 12);
  return MapLayer.read(bytes);
}

function gridOf(value: unknown): Grid {
  const g = object(value);
  const [columns, rows] = [Number(g.columns), Number(g.rows)];
  const grid = { x: Number(g.x), y: Number(g.y), spacing: Number(g.spacing), columns, rows, low: Number(g.low), step: Number(g.step) };
  const whole = (n: number): boolean => Number.isInteger(n) && n >= 2;
  if (!whole(columns) || !whole(rows) || columns * rows > MOST_NODES) {
    throw new Error(`expected a grid of 4 to ${MOST_NODES} nodes, found ${columns} × ${rows}`);
  }
  const near = (n: number): boolean => Number.isFinite(n) && Math.abs(n) <= FARTHEST;
  if (!near(grid.x) || !near(grid.y) || !near(grid.low) || !(grid.spacing > 0 && grid.spacing < 1e4) || !(grid.step > 0 && grid.step < 10)) {
    throw new Error("the grid of the map layer lies nowhere: its origin, spacing or heights are out of range");
  }
  return grid;
}

function object(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, 100_000) : [];
}

/** Pairs of finite numbers. */
function numbers(value: unknown): Float64Array {
  const all = Array.isArray(value) ? value.slice(0, 2_000_000).map(Number) : [];
  return all.every((n) => Number.isFinite(n) && Math.abs(n) <= FARTHEST) ? Float64Array.from(all) : new Float64Array();
}

function pose(value: unknown): Pose | undefined {
  const p = object(value);
  const made = { x: Number(p.x), y: Number(p.y), heading: Number(p.heading) };
  return Number.isFinite(made.x + made.y + made.heading) ? made : undefined;
}

function road(value: unknown): Road | undefined {
  const r = object(value);
  const [line, width] = [numbers(r.line), numbers(r.width)];
  if (line.length < 4 || width.length * 2 !== line.length) return undefined;
  const limit = Number(r.limit_kmh);
  return {
    id: Number(r.id),
    one_way: r.one_way === true,
    ...(r.limit_kmh !== undefined && Number.isFinite(limit) ? { limit_kmh: limit } : {}),
    line,
    width,
  };
}

function place(value: unknown): Place | undefined {
  const p = object(value);
  const kinds: PlaceKind[] = ["load", "crusher", "dump", "park", "fuel"];
  const kind = kinds.find((k) => k === p.kind);
  if (kind === undefined) return undefined;
  const poses = (v: unknown): Pose[] => list(v).map(pose).filter((x): x is Pose => x !== undefined);
  const machine = pose(p.machine);
  return { id: String(p.id ?? ""), kind, spots: poses(p.spots), queue: poses(p.queue), ...(machine ? { machine } : {}) };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "·");
}
