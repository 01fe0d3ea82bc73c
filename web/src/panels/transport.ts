// Playback: play and pause, speed, the line of time with its events; for a live run also step, all-stop and resume.

import type { LiveClock } from "../live/connection.ts";
import type { RunData } from "../timeline/run.ts";
import { clockText, onLanguage, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

export interface Transport {
  toggle(): void;
  speed(to: number): void;
  seek(t: number): void;
  step(): void;
  allStop(): void;
  resume(): void;
  now(): void;
}

export class TransportPanel {
  readonly element = make("footer", { class: "transport" });
  private readonly play: HTMLButtonElement;
  private readonly time = make("output", { class: "time" });
  private readonly end = make("span", { class: "end" });
  private readonly speed: HTMLSelectElement;
  private readonly line = make("canvas", { class: "line", tabindex: "0", role: "slider" });
  private readonly live = make("span", { class: "live" });
  private readonly step: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private readonly resume: HTMLButtonElement;
  private readonly now: HTMLButtonElement;
  private readonly figures = make("span", { class: "figures" });
  private hover: number | undefined;
  private range: [number, number] = [0, 1];

  constructor(actions: Transport) {
    this.play = make("button", { class: "play", onclick: () => actions.toggle() }, "▶");
    this.step = make("button", { onclick: () => actions.step() });
    this.stop = make("button", { class: "stop", onclick: () => actions.allStop() });
    this.resume = make("button", { onclick: () => actions.resume() });
    this.now = make("button", { onclick: () => actions.now() });
    this.speed = make("select", { onchange: () => actions.speed(Number(this.speed.value)) }, ...SPEEDS.map((s) => make("option", { value: String(s) }, `${s} ×`)));
    this.element.append(this.play, this.step, this.time, this.line, this.end, this.speed, this.now, this.live, this.stop, this.resume, this.figures);
    const timeAt = (x: number): number => this.range[0] + (x / Math.max(1, this.line.clientWidth)) * (this.range[1] - this.range[0]);
    let held = false;
    this.line.addEventListener("pointerdown", (e) => {
      held = true;
      this.line.setPointerCapture(e.pointerId);
      actions.seek(timeAt(e.offsetX));
    });
    this.line.addEventListener("pointermove", (e) => {
      this.hover = e.offsetX;
      if (held) actions.seek(timeAt(e.offsetX));
    });
    this.line.addEventListener("pointerup", () => (held = false));
    this.line.addEventListener("pointerleave", () => (this.hover = undefined));
    onLanguage(() => this.translate());
    this.translate();
  }

  draw(run: RunData, t: number, playing: boolean, speed: number, live: LiveClock | undefined, follows: boolean): void {
    this.range = [run.isEmpty ? 0 : run.begin, run.isEmpty ? 1 : Math.max(run.end, run.begin + 0.1)];
    setText(this.play, playing ? "❚❚" : "▶");
    this.play.title = word(playing ? "pause" : "play");
    setText(this.time, clockText(t, true));
    setText(this.end, clockText(this.range[1]));
    if (this.speed.value !== String(speed)) this.speed.value = String(speed);
    const isLive = live !== undefined;
    for (const element of [this.step, this.stop, this.resume, this.now, this.live, this.figures]) element.hidden = !isLive;
    if (live !== undefined) {
      this.now.disabled = follows;
      setText(this.live, live.finished ? "■" : `● ${word("live")}  ${word("reached")} ${live.reached.toFixed(1)} ×`);
      setText(this.figures, word("cycles", { cycles: live.cycles, tonnes: live.delivered_t.toFixed(0) }));
      this.live.classList.toggle("off", live.finished || live.paused);
    }
    this.line.setAttribute("aria-valuemin", this.range[0].toFixed(1));
    this.line.setAttribute("aria-valuemax", this.range[1].toFixed(1));
    this.line.setAttribute("aria-valuenow", t.toFixed(1));
    this.drawLine(run, t);
  }

  private drawLine(run: RunData, t: number): void {
    const pen = this.line.getContext("2d");
    const [width, height] = [this.line.clientWidth, this.line.clientHeight];
    if (pen === null || width === 0) return;
    const ratio = devicePixelRatio;
    if (this.line.width !== Math.round(width * ratio)) [this.line.width, this.line.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const x = (at: number): number => ((at - this.range[0]) / (this.range[1] - this.range[0])) * width;
    const middle = height / 2;
    pen.fillStyle = colour("--line");
    pen.fillRect(0, middle - 2, width, 4);
    pen.fillStyle = colour("--accent");
    pen.fillRect(0, middle - 2, x(t), 4);
    // Warnings and faults, one mark a pixel.
    const marked = new Map<number, string>();
    for (const event of run.events) {
      if (event.weight !== "fault" && event.weight !== "warning") continue;
      const at = Math.round(x(event.t));
      if (event.weight === "fault" || !marked.has(at)) marked.set(at, event.weight);
    }
    for (const [at, weight] of marked) {
      pen.fillStyle = colour(weight === "fault" ? "--fault" : "--warning");
      pen.fillRect(at - 1, weight === "fault" ? 3 : middle - 6, 2, weight === "fault" ? height - 6 : 12);
    }
    pen.fillStyle = colour("--ink");
    pen.beginPath();
    pen.arc(x(t), middle, 6, 0, 2 * Math.PI);
    pen.fill();
    if (this.hover !== undefined) {
      const at = this.range[0] + (this.hover / width) * (this.range[1] - this.range[0]);
      pen.font = "11px system-ui, sans-serif";
      pen.textAlign = this.hover > width - 50 ? "right" : this.hover < 50 ? "left" : "center";
      pen.fillText(clockText(at), this.hover, 9);
      pen.fillRect(this.hover - 0.5, 10, 1, height - 12);
    }
  }

  private translate(): void {
    setText(this.step, word("step"));
    setText(this.stop, word("all_stop"));
    setText(this.resume, word("resume"));
    setText(this.now, word("to_live"));
    this.speed.title = word("speed");
    this.line.setAttribute("aria-label", word("play"));
  }
}
