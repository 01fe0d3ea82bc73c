// Events of a run: their weight and the truck that they are about.

import type { RunEvent, Weight } from "../timeline/run.ts";

const WEIGHTS: Record<string, Weight> = {
  state: "detail",
  pass: "detail",
  loading_began: "detail",
  stood_for: "detail",
  produced: "detail",
  back_on_surface: "info",
  loaded: "info",
  tipped: "info",
  cycle: "info",
  stands: "info",
  beacon_back: "info",
  input: "warning",
  restricted: "warning",
  off_surface: "warning",
  refused: "warning",
  no_path: "warning",
  beacon_lost: "warning",
  beacon_refused: "warning",
  collision: "fault",
  overturned: "fault",
  left_map: "fault",
  diverged: "fault",
  stuck: "fault",
};

/** Kinds of events, in the order of their weight. */
export const EVENT_KINDS = Object.keys(WEIGHTS);

/** Reads a message of `/events`; undefined if it is none. */
export function runEvent(t: number, message: Record<string, unknown>): RunEvent | undefined {
  if (typeof message.what !== "string") return undefined;
  const event = message.event as { what?: unknown } | undefined;
  const data = event !== null && typeof event === "object" ? event.what : undefined;
  const [kind, content] = data !== null && typeof data === "object" ? (Object.entries(data)[0] ?? ["", undefined]) : ["", undefined];
  const truck = truckOf(content);
  return {
    t,
    ...(truck === undefined ? {} : { truck }),
    kind,
    weight: WEIGHTS[kind] ?? "info",
    text: message.what.slice(0, 500),
    data: content,
  };
}

function truckOf(content: unknown): number | undefined {
  if (content === null || typeof content !== "object") return undefined;
  const own = (content as Record<string, unknown>).truck;
  if (typeof own === "number") return own;
  // An input holds its truck one level down.
  const inner = Object.values(content)[0];
  const below = inner !== null && typeof inner === "object" ? (inner as Record<string, unknown>).truck : undefined;
  return typeof below === "number" ? below : undefined;
}
