// Connection to a live run: messages of the run, its clock, orders. A lost connection is tried again.

import { ingest } from "../recording/messages.ts";
import type { RunData } from "../timeline/run.ts";

/** Clock of the run on the server. */
export interface LiveClock {
  at_s: number;
  paused: boolean;
  speed: number;
  reached: number;
  finished: boolean;
  dropped: number;
  cycles: number;
  delivered_t: number;
}

export type LiveOrder = { do: "pause" | "go" | "all_stop" | "resume" } | { do: "step"; seconds: number } | { do: "speed"; speed: number };

export interface LiveListener {
  connected(): void;
  /** The connection is lost; it is tried again after some seconds. */
  lost(seconds: number): void;
  clock(clock: LiveClock): void;
  notice(text: string): void;
  /** The server runs another run now: what was known is void. */
  restarted(): RunData;
}

/** Waits before a new try, s. */
const WAITS = [1, 2, 4, 8, 15];
const NANO = 1e-9;

export class Connection {
  private socket: WebSocket | undefined;
  private tries = 0;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private run: RunData;
  private readonly address: string;
  private readonly listener: LiveListener;

  constructor(address: string, run: RunData, listener: LiveListener) {
    this.address = address;
    this.run = run;
    this.listener = listener;
    this.open();
  }

  order(order: LiveOrder): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(order));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private open(): void {
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.tries = 0;
      // The server tells all events again to a new reader.
      this.run.events.length = 0;
      this.listener.connected();
    });
    socket.addEventListener("message", (event: MessageEvent<ArrayBuffer | string>) => {
      if (typeof event.data === "string") this.text(event.data);
      else this.messages(new Uint8Array(event.data));
    });
    socket.addEventListener("close", () => this.retry());
  }

  private retry(): void {
    if (this.closed) return;
    const seconds = WAITS[Math.min(this.tries++, WAITS.length - 1)] as number;
    this.listener.lost(seconds);
    this.timer = setTimeout(() => this.open(), 1000 * seconds);
  }

  private text(text: string): void {
    let message: Record<string, unknown>;
    try {
      message = JSON.parse(text) as Record<string, unknown>;
    } catch {
      this.run.omit("messages_unreadable");
      return;
    }
    if (message.is === "notice") this.listener.notice(String(message.text));
    if (message.is !== "clock") return;
    const clock = message as unknown as LiveClock;
    // Time that goes back means that the server was started again.
    if (clock.at_s < this.run.end - 1) this.run = this.listener.restarted();
    this.listener.clock(clock);
  }

  /** Reads the messages of `haul_record::recording::stream`. */
  private messages(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const topicLength = bytes[at] as number;
      const head = at + 1 + topicLength;
      if (head + 12 > bytes.length) break;
      const topic = String.fromCharCode(...bytes.subarray(at + 1, head));
      const time = Number(view.getBigUint64(head, true)) * NANO;
      const length = view.getUint32(head + 8, true);
      at = head + 12 + length;
      if (at > bytes.length) break;
      ingest(this.run, topic, time, bytes.subarray(head + 12, at));
    }
    if (at !== bytes.length) this.run.omit("messages_unreadable");
  }
}
