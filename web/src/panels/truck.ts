// The page of a truck: values, and plots of the last minutes.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colourOf } from "../palette.ts";
import { lastAt } from "../timeline/column.ts";
import type { Quantity, RunData, TruckTrack } from "../timeline/run.ts";
import { clockText, onLanguage, said, stateWord, type Word, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

/** Time that the plots show before and after the present, s. */
const BEFORE = 180;
const AFTER = 30;
/** Most points of a curve. */
const MOST_POINTS = 1_200;

interface Curve {
  quantity: Quantity;
  /** Blue, orange: colours that colour-blind people tell apart. */
  colour: string;
  dash?: number[];
  stepped?: boolean;
}

const PLOTS: { title: Word; curves: Curve[]; height: number; least?: [number, number] }[] = [
  { title: "plot_speed", height: 104, least: [0, 20], curves: [{ quantity: "target_speed_kmh", colour: "#e69f00", dash: [5, 4] }, { quantity: "speed_kmh", colour: "#56b4e9" }] },
  { title: "plot_lateral", height: 74, least: [-0.2, 0.2], curves: [{ quantity: "lateral_error_m", colour: "#cc79a7" }] },
  { title: "plot_payload", height: 70, least: [0, 100], curves: [{ quantity: "payload_t", colour: "#009e73" }] },
  { title: "plot_gear", height: 66, least: [-1, 6], curves: [{ quantity: "gear", colour: "#56b4e9", stepped: true }] },
  { title: "plot_temp", height: 74, least: [60, 110], curves: [{ quantity: "retarder_temp_c", colour: "#d55e00" }] },
];

export class TruckPanel {
  readonly element = make("section", { class: "panel truck" });
  private readonly title = make("h2");
  private readonly none = make("p", { class: "none" });
  private readonly values = make("dl");
  private readonly cells = new Map<Word, { name: HTMLElement; value: HTMLElement }>();
  private readonly plots: uPlot[] = [];
  private readonly titles: HTMLElement[] = [];
  private readonly body = make("div", { class: "body" });
  private drawn = "";
  private readonly onSeek: (t: number) => void;

  constructor(onSeek: (t: number) => void) {
    this.onSeek = onSeek;
    const names: Word[] = ["state", "speed", "target", "payload", "gear", "engine", "throttle", "brake", "retarder", "retarder_temp", "lateral", "granted", "friction", "fuel", "restriction", "park_brake"];
    for (const key of names) {
      const cell = { name: make("dt"), value: make("dd") };
      this.cells.set(key, cell);
      this.values.append(make("div", {}, cell.name, cell.value));
    }
    this.body.append(this.values);
    this.element.append(this.title, this.none, this.body);
    for (const plot of PLOTS) this.addPlot(plot);
    onLanguage(() => this.translate());
    this.translate();
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  draw(run: RunData, t: number, selected: number | undefined): void {
    const truck = selected === undefined ? undefined : run.trucks.get(selected);
    this.body.hidden = truck === undefined;
    this.none.hidden = truck !== undefined;
    if (truck === undefined) {
      setText(this.title, word("truck"));
      return;
    }
    const words = truck.words.at(t);
    setText(this.title, `T${truck.id}`);
    this.title.style.setProperty("--mark", colourOf(truck.id));
    const motion = truck.at(t);
    const of = (name: Quantity): number | undefined => truck.quantity(name, t);
    const text = (value: number | undefined, digits: number, unit: string): string => (value === undefined ? "–" : `${value.toFixed(digits)}${unit}`);
    const percent = (value: number | undefined): string => (value === undefined ? "–" : `${(100 * value).toFixed(0)} %`);
    const gear = of("gear");
    const ahead = of("granted_m");
    const set = (key: Word, value: string): void => {
      const cell = this.cells.get(key);
      if (cell !== undefined) setText(cell.value, value);
    };
    const why = words?.standing ?? "";
    set("state", `${words === undefined ? "–" : stateWord(words.state)}${why === "" ? "" : ` · ${said(why)}`}`);
    set("speed", motion === undefined ? "–" : `${(motion.speed * 3.6).toFixed(1)} km/h`);
    set("target", text(of("target_speed_kmh"), 1, " km/h"));
    set("payload", motion === undefined ? "–" : `${(motion.payload / 1000).toFixed(1)} t`);
    set("gear", gear === undefined ? "–" : gear === 0 ? "N" : gear < 0 ? `R${-gear}` : String(gear));
    set("engine", text(of("engine_rpm"), 0, " min⁻¹"));
    set("throttle", percent(of("throttle")));
    set("brake", percent(of("service_brake")));
    set("retarder", percent(of("retarder")));
    set("retarder_temp", text(of("retarder_temp_c"), 0, " °C"));
    set("lateral", text(of("lateral_error_m"), 2, " m"));
    set("granted", ahead === undefined ? "–" : `${Math.max(0, ahead - (of("station_m") ?? 0)).toFixed(0)} m`);
    const [believed, friction] = [of("believed_friction"), of("friction")];
    set("friction", believed === undefined || believed === 0 ? "–" : `${believed.toFixed(2)} / ${friction?.toFixed(2) ?? "–"}`);
    set("fuel", text(of("fuel_used_kg"), 1, " kg"));
    set("restriction", words === undefined || words.restriction === "" ? "–" : said(words.restriction));
    set("park_brake", words?.park_brake === true ? word("on") : "–");
    this.drawPlots(truck, t);
  }

  private drawPlots(truck: TruckTrack, t: number): void {
    const [from, to] = [t - BEFORE, t + AFTER];
    const first = Math.max(0, lastAt(truck.stateTimes, from));
    const last = lastAt(truck.stateTimes, to) + 1;
    const key = `${truck.id} ${first} ${last} ${t.toFixed(2)} ${this.element.clientWidth}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const stride = Math.max(1, Math.ceil((last - first) / MOST_POINTS));
    const thin = (part: Float64Array | Float32Array): (number | null)[] => {
      const kept = [];
      for (let k = 0; k < part.length; k += stride) kept.push(Number.isFinite(part[k]) ? (part[k] as number) : null);
      return kept;
    };
    const times = thin(truck.stateTimes.part(first, last)) as number[];
    PLOTS.forEach((plot, k) => {
      const data = [times, ...plot.curves.map((c) => thin(truck.quantities[c.quantity].part(first, last)))] as uPlot.AlignedData;
      this.plots[k]?.setData(data, false);
      this.plots[k]?.setScale("x", { min: from, max: to });
    });
  }

  private addPlot(plot: (typeof PLOTS)[number]): void {
    const title = make("h3");
    const holder = make("div", { class: "plot" });
    this.titles.push(title);
    this.body.append(title, holder);
    const ink = (): string => getComputedStyle(document.documentElement).getPropertyValue("--soft").trim();
    const line = (): string => getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const made = new uPlot({
      width: 300,
      height: plot.height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false },
        y: {
          range: (_, low, high) => {
            const [least, most] = plot.least ?? [0, 1];
            const [a, b] = [Math.min(low ?? least, least), Math.max(high ?? most, most)];
            return [a - 0.04 * (b - a), b + 0.06 * (b - a)];
          },
        },
      },
      axes: [
        { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 18, font: "10px system-ui", values: (_, all) => all.map((s) => clockText(s)), space: 60 },
        { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 34, font: "10px system-ui", space: 22 },
      ],
      series: [{}, ...plot.curves.map((c) => ({
        stroke: c.colour, width: 1.7, points: { show: false }, spanGaps: true,
        ...(c.dash ? { dash: c.dash } : {}), ...(c.stepped && stepped ? { paths: stepped } : {}),
      }))],
      hooks: {
        draw: [(u) => {
          // The present.
          const { min, max } = u.scales.x as { min?: number; max?: number };
          if (min === undefined || max === undefined) return;
          const x = u.valToPos(max - AFTER, "x", true);
          u.ctx.save();
          u.ctx.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
          u.ctx.globalAlpha = 0.7;
          u.ctx.lineWidth = devicePixelRatio;
          u.ctx.beginPath();
          u.ctx.moveTo(x, u.bbox.top);
          u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
          u.ctx.stroke();
          u.ctx.restore();
        }],
      },
    }, [[], ...plot.curves.map(() => [])] as uPlot.AlignedData, holder);
    made.over.addEventListener("click", (event) => this.onSeek(made.posToVal(event.offsetX, "x")));
    this.plots.push(made);
  }

  /** Draws the plots again, for another theme. */
  redraw(): void {
    this.drawn = "";
    for (const plot of this.plots) plot.redraw();
  }

  private resize(): void {
    const width = Math.max(160, this.element.clientWidth - 20);
    this.plots.forEach((plot, k) => plot.setSize({ width, height: PLOTS[k]?.height ?? 80 }));
  }

  private translate(): void {
    for (const [key, cell] of this.cells) setText(cell.name, word(key));
    PLOTS.forEach((plot, k) => this.titles[k] !== undefined && setText(this.titles[k], word(plot.title)));
    setText(this.none, word("no_truck"));
  }
}
