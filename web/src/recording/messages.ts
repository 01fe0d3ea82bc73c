// Messages of a recording or a live run, by topic. Nothing in them is trusted: what is not a number, lies nowhere or
// cannot be read is left out and counted.

import { type Heap, QUANTITIES, type RunData, type Shovel, type Vehicle, type Weather } from "../timeline/run.ts";
import { runEvent } from "./events.ts";

/** Farthest coordinate that is drawn, m. */
const FARTHEST = 1e6;
/** Most points of a path, machines of a message, and heaps that are drawn. */
const MOST = 20_000;
const RADIANS = Math.PI / 180;

const text = new TextDecoder();

/** Puts a message into a run. `time` is in seconds. */
export function ingest(run: RunData, topic: string, time: number, data: Uint8Array): void {
  if (!Number.isFinite(time) || time < 0 || time > 1e9) {
    run.omit("messages_without_time");
    return;
  }
  if (topic === "/frames") {
    frame(run, data);
    return;
  }
  const kind = topics.get(topic) ?? truckTopic(topic);
  if (kind === undefined) return;
  let message: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(text.decode(data));
    if (parsed === null || typeof parsed !== "object") throw new Error("not an object");
    message = parsed as Record<string, unknown>;
  } catch {
    run.omit("messages_unreadable");
    return;
  }
  kind(run, time, message);
}

type Reader = (run: RunData, t: number, message: Record<string, unknown>) => void;

const topics = new Map<string, Reader>([
  ["/shovels", (run, t, m) => same(run.shovels, t, objects(m.shovels).map(shovel).filter(present))],
  ["/heaps", (run, t, m) => run.heaps.push(t, objects(m.heaps).map(heap).filter(present))],
  ["/vehicles", (run, t, m) => run.vehicles.push(t, objects(m.vehicles).map(vehicle).filter(present))],
  ["/weather", (run, t, m) => run.weather.push(t, weather(m))],
  ["/events", (run, t, m) => {
    const event = runEvent(t, m);
    if (event === undefined) run.omit("messages_unreadable");
    else run.events.push(event);
  }],
]);

function truckTopic(topic: string): Reader | undefined {
  const parts = /^\/truck\/T(\d{1,9})\/(state|path)$/.exec(topic);
  if (parts === null) return undefined;
  const id = Number(parts[1]);
  return parts[2] === "state" ? (run, t, m) => state(run, id, t, m) : (run, t, m) => path(run, id, t, m);
}

/** Reads a frame: CDR of ROS 2, little-endian, as `haul_msgs/msg/Frame` in the file describes it. */
function frame(run: RunData, data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 16 || view.getUint8(1) !== 1) {
    run.omit("messages_unreadable");
    return;
  }
  const t = Number(view.getBigUint64(4, true)) / 1e9;
  const count = view.getUint32(12, true);
  if (!run.takesFrame(t)) return;
  // Values align to their own size, counted from behind the head of 4 bytes.
  let at = 12;
  for (let k = 0; k < count; k++) {
    const id = at;
    at = Math.ceil((at + 4) / 8) * 8;
    if (4 + at + 16 + 36 > data.length) {
      run.omit("messages_unreadable");
      return;
    }
    const motion = [view.getFloat64(4 + at, true), view.getFloat64(12 + at, true)];
    at += 16;
    for (let c = 0; c < 9; c++, at += 4) motion.push(view.getFloat32(4 + at, true));
    if (!motion.every(Number.isFinite) || Math.abs(motion[0] as number) > FARTHEST || Math.abs(motion[1] as number) > FARTHEST || Math.abs(motion[2] as number) > FARTHEST) {
      run.omit("poses_nowhere");
      continue;
    }
    run.motion(view.getUint32(4 + id, true), t, motion);
  }
}

function state(run: RunData, id: number, t: number, m: Record<string, unknown>): void {
  const truck = run.truck(id);
  if (truck === undefined) return;
  const known = truck.stateTimes.length;
  if (known > 0 && t <= truck.stateTimes.at(known - 1)) return;
  truck.stateTimes.push(t);
  for (const name of QUANTITIES) truck.quantities[name].push(number(m[name]));
  const words = {
    state: word(m.state),
    standing: word(m.standing),
    restriction: word(m.restriction),
    park_brake: m.park_brake === true,
  };
  const last = truck.words.at(t);
  const isSame = last !== undefined && last.state === words.state && last.standing === words.standing &&
    last.restriction === words.restriction && last.park_brake === words.park_brake;
  if (!isSame) truck.words.push(t, words);
}

function path(run: RunData, id: number, t: number, m: Record<string, unknown>): void {
  const truck = run.truck(id);
  if (truck === undefined) return;
  const points: number[] = [];
  for (const p of objects(m.points)) {
    const [x, y] = [number(p.x), number(p.y)];
    if (isPlace(x, y)) points.push(x, y);
  }
  truck.paths.push(t, Float32Array.from(points));
}

/** Notes a value unless it equals the last one; machines at rest repeat themselves. */
function same<T>(changes: { at(t: number): T | undefined; push(t: number, value: T): void }, t: number, value: T): void {
  if (JSON.stringify(changes.at(t)) !== JSON.stringify(value)) changes.push(t, value);
}

/** Heading in radians, anticlockwise from east, of a compass bearing. */
function heading(bearing: unknown): number {
  return Math.PI / 2 - number(bearing) * RADIANS;
}

function shovel(m: Record<string, unknown>): Shovel | undefined {
  const made = {
    place: word(m.place), x: number(m.x), y: number(m.y), z: number(m.z), heading: heading(m.bearing_deg),
    swing: number(m.swing_deg) * RADIANS, boom: number(m.boom_deg) * RADIANS, stick: number(m.stick_deg) * RADIANS,
    bucket: number(m.bucket_deg) * RADIANS, bucket_t: number(m.bucket_t),
  };
  const isSound = isPlace(made.x, made.y) && Number.isFinite(made.z + made.heading + made.swing + made.boom + made.stick + made.bucket);
  return isSound ? made : undefined;
}

function heap(m: Record<string, unknown>): Heap | undefined {
  const made = { place: word(m.place), x: number(m.x), y: number(m.y), radius: number(m.radius_m), height: number(m.height_m) };
  return isPlace(made.x, made.y) && made.radius > 0 && made.radius < 500 && made.height >= 0 && made.height < 200 ? made : undefined;
}

function vehicle(m: Record<string, unknown>): Vehicle | undefined {
  const made = {
    name: word(m.vehicle), kind: word(m.kind), x: number(m.x), y: number(m.y), z: number(m.z), heading: heading(m.bearing_deg),
    speed_kmh: number(m.speed_kmh), front: number(m.front_m), rear: number(m.rear_m), width: number(m.width_m), height: number(m.height_m),
  };
  return isPlace(made.x, made.y) && Number.isFinite(made.z + made.heading) ? made : undefined;
}

function weather(m: Record<string, unknown>): Weather {
  const within = (value: unknown, low: number, high: number, or: number): number => {
    const n = number(value);
    return Number.isFinite(n) ? Math.min(high, Math.max(low, n)) : or;
  };
  return {
    rain_mm_h: within(m.rain_mm_h, 0, 500, 0),
    snow_mm_h: within(m.snow_mm_h, 0, 100, 0),
    visibility_m: within(m.visibility_m, 10, 100_000, 20_000),
    wind_m_s: within(m.wind_m_s, 0, 100, 0),
    wind_bearing_deg: within(m.wind_bearing_deg, -360, 360, 0),
    air_c: within(m.air_c, -90, 70, 20),
    sun_bearing_deg: within(m.sun_bearing_deg, -360, 720, 130),
    sun_elevation_deg: within(m.sun_elevation_deg, -90, 90, 46),
    wetness: within(m.wetness, 0, 1, 0),
    snow_depth_m: within(m.snow_depth_m, 0, 10, 0),
  };
}

function objects(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST).filter((v): v is Record<string, unknown> => v !== null && typeof v === "object");
}

function number(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

function word(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 400) : "";
}

function isPlace(x: number, y: number): boolean {
  return Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST;
}

function present<T>(value: T | undefined): value is T {
  return value !== undefined;
}
