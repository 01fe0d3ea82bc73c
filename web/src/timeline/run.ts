// A run as far as it is known: motion of the trucks, machines, events and weather over time. Recordings fill it at once,
// a live run fills it as it goes on.

import { Changes, type Column, double, lastAt, single } from "./column.ts";

/** Motion of a truck at one time. Metres, seconds, radians, kilograms. */
export interface Motion {
  x: number;
  y: number;
  z: number;
  qx: number;
  qy: number;
  qz: number;
  qw: number;
  speed: number;
  steering: number;
  body: number;
  payload: number;
  /** Distance driven since the first frame, m, for the turn of the wheels. */
  travelled: number;
}

/** Quantities of a truck that are drawn as curves. */
export const QUANTITIES = [
  "speed_kmh",
  "target_speed_kmh",
  "lateral_error_m",
  "payload_t",
  "gear",
  "retarder_temp_c",
  "engine_rpm",
  "throttle",
  "retarder",
  "service_brake",
  "station_m",
  "granted_m",
  "fuel_used_kg",
  "believed_friction",
  "friction",
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** State of a truck in words. */
export interface TruckWords {
  state: string;
  standing: string;
  restriction: string;
  park_brake: boolean;
}

export interface Shovel {
  place: string;
  x: number;
  y: number;
  z: number;
  heading: number;
  swing: number;
  boom: number;
  stick: number;
  bucket: number;
  bucket_t: number;
}

export interface Heap {
  place: string;
  x: number;
  y: number;
  radius: number;
  height: number;
}

export interface Vehicle {
  name: string;
  kind: string;
  x: number;
  y: number;
  z: number;
  heading: number;
  speed_kmh: number;
  front: number;
  rear: number;
  width: number;
  height: number;
}

export interface Weather {
  rain_mm_h: number;
  snow_mm_h: number;
  visibility_m: number;
  wind_m_s: number;
  wind_bearing_deg: number;
  air_c: number;
  sun_bearing_deg: number;
  sun_elevation_deg: number;
  wetness: number;
  snow_depth_m: number;
}

/** How much an event matters. */
export type Weight = "detail" | "info" | "warning" | "fault";

export interface RunEvent {
  t: number;
  /** Number of the truck; undefined for the whole site. */
  truck?: number;
  kind: string;
  weight: Weight;
  text: string;
  /** The typed event, for translation. */
  data: unknown;
}

/** Most trucks that are drawn; the others are counted. */
export const MOST_TRUCKS = 1_000;
/** Most numbers of motion that are kept in memory. */
const MOST_SAMPLES = 6_000_000;

/** A truck over time. */
export class TruckTrack {
  readonly id: number;
  readonly times = double();
  private readonly columns: Column<Float64Array | Float32Array>[];
  readonly stateTimes = double();
  readonly quantities: Record<Quantity, Column<Float32Array>>;
  readonly words = new Changes<TruckWords>();
  readonly paths = new Changes<Float32Array>();

  constructor(id: number) {
    this.id = id;
    this.columns = [double(), double(), ...Array.from({ length: 9 }, single), double()] as Column<Float64Array | Float32Array>[];
    this.quantities = Object.fromEntries(QUANTITIES.map((q) => [q, single()])) as Record<Quantity, Column<Float32Array>>;
  }

  push(t: number, motion: readonly number[]): void {
    const k = this.times.length;
    const before = k > 0 ? this.times.at(k - 1) : t;
    const travelled = k > 0 ? (this.columns[11] as Column<Float64Array>).at(k - 1) : 0;
    this.times.push(t);
    for (let c = 0; c < 11; c++) this.columns[c]?.push(motion[c] as number);
    this.columns[11]?.push(travelled + (motion[7] as number) * (t - before));
  }

  /** Motion at a time, interpolated; undefined before the first frame. After the last one it stands still. */
  at(t: number): Motion | undefined {
    const k = lastAt(this.times, t);
    if (k < 0) return undefined;
    const next = Math.min(k + 1, this.times.length - 1);
    const span = this.times.at(next) - this.times.at(k);
    // Frames that lie far apart are not joined: the truck was not seen between.
    const share = span > 0 && span < 8 ? Math.min(1, (t - this.times.at(k)) / span) : 0;
    const value = (c: number): number => {
      const column = this.columns[c] as Column<Float64Array>;
      const a = column.at(k);
      return a + (column.at(next) - a) * share;
    };
    // Of the two quaternions of a rotation, the nearer one is taken.
    const quaternion = (c: number): number => (this.columns[c] as Column<Float32Array>).at(k);
    const ahead = (c: number): number => (this.columns[c] as Column<Float32Array>).at(next);
    let dot = 0;
    for (let c = 3; c < 7; c++) dot += quaternion(c) * ahead(c);
    const sign = dot < 0 ? -1 : 1;
    const turned = [3, 4, 5, 6].map((c) => quaternion(c) * (1 - share) + sign * ahead(c) * share);
    const norm = Math.hypot(...turned) || 1;
    const [qx, qy, qz, qw] = turned.map((q) => q / norm) as [number, number, number, number];
    return {
      x: value(0), y: value(1), z: value(2), qx, qy, qz, qw,
      speed: value(7), steering: value(8), body: value(9), payload: value(10), travelled: value(11),
    };
  }

  /** Value of a quantity at a time; undefined while none is known. */
  quantity(name: Quantity, t: number): number | undefined {
    const k = lastAt(this.stateTimes, t);
    const value = k < 0 ? NaN : this.quantities[name].at(k);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Forgets every second frame up to an index. */
  thin(): void {
    const kept = Math.ceil(this.times.length / 2);
    for (const column of [this.times, ...this.columns]) {
      for (let k = 1; k < kept; k++) column.set(k, column.at(2 * k));
      column.cut(kept);
    }
  }
}

/** Everything that is known of a run. */
export class RunData {
  readonly trucks = new Map<number, TruckTrack>();
  readonly shovels = new Changes<Shovel[]>();
  readonly heaps = new Changes<Heap[]>();
  readonly vehicles = new Changes<Vehicle[]>();
  readonly weather = new Changes<Weather>();
  readonly events: RunEvent[] = [];
  begin = Infinity;
  end = -Infinity;
  /** Least time between two frames that are kept, s. */
  frameSpacing = 0.095;
  /** What was left out, in words and numbers, for the log. */
  readonly omissions = new Map<string, number>();
  private samples = 0;
  private lastFrame = -Infinity;

  get isEmpty(): boolean {
    return this.end < this.begin;
  }

  omit(what: string): void {
    this.omissions.set(what, (this.omissions.get(what) ?? 0) + 1);
  }

  /** Tells whether a frame at this time is kept, and notes it. */
  takesFrame(t: number): boolean {
    if (t < this.lastFrame) {
      this.omit("frames_out_of_order");
      return false;
    }
    if (t - this.lastFrame < this.frameSpacing) return false;
    this.lastFrame = t;
    this.begin = Math.min(this.begin, t);
    this.end = Math.max(this.end, t);
    return true;
  }

  truck(id: number): TruckTrack | undefined {
    let track = this.trucks.get(id);
    if (track === undefined) {
      if (this.trucks.size >= MOST_TRUCKS) {
        this.omit("trucks_too_many");
        return undefined;
      }
      track = new TruckTrack(id);
      this.trucks.set(id, track);
    }
    return track;
  }

  motion(id: number, t: number, motion: readonly number[]): void {
    const track = this.truck(id);
    if (track === undefined) return;
    if (track.times.length > 0 && t <= track.times.at(track.times.length - 1)) return;
    track.push(t, motion);
    if (++this.samples > MOST_SAMPLES) {
      this.omit("frames_thinned");
      this.frameSpacing = Math.max(2 * this.frameSpacing, 0.1);
      this.samples = 0;
      for (const other of this.trucks.values()) {
        other.thin();
        this.samples += other.times.length;
      }
    }
  }
}
