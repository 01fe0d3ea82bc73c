// The fleet: each truck with its state, speed, load, and the reason why it stands.

import { colourOf } from "../palette.ts";
import type { RunData } from "../timeline/run.ts";
import { said, stateWord, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

/** Rows that are shown; more trucks are counted below. */
const MOST_ROWS = 200;
const PAYLOAD_T = 91;

interface Row {
  root: HTMLElement;
  state: HTMLElement;
  speed: HTMLElement;
  bar: HTMLElement;
  why: HTMLElement;
}

export class FleetPanel {
  readonly element = make("section", { class: "panel fleet" });
  private readonly title = make("h2");
  private readonly list = make("div", { class: "rows", role: "listbox" });
  private readonly rows = new Map<number, Row>();
  private readonly onSelect: (id: number) => void;

  constructor(onSelect: (id: number) => void) {
    this.onSelect = onSelect;
    this.element.append(this.title, this.list);
  }

  reset(): void {
    this.rows.clear();
    this.list.replaceChildren();
  }

  draw(run: RunData, t: number, selected: number | undefined): void {
    const ids = [...run.trucks.keys()].sort((a, b) => a - b);
    const standing = ids.filter((id) => (run.trucks.get(id)?.words.at(t)?.standing ?? "") !== "").length;
    setText(this.title, `${word("fleet")}  ${ids.length - standing} ▸  ${standing} ■`);
    for (const id of ids.slice(0, MOST_ROWS)) {
      const truck = run.trucks.get(id);
      if (truck === undefined) continue;
      const row = this.rows.get(id) ?? this.add(id);
      const words = truck.words.at(t);
      const motion = truck.at(t);
      const state = words?.state ?? "";
      setText(row.state, state === "" ? "–" : stateWord(state));
      setText(row.speed, motion === undefined ? "" : `${(Math.abs(motion.speed) * 3.6).toFixed(0)} km/h`);
      row.bar.style.width = `${Math.min(100, Math.max(0, (100 * (motion?.payload ?? 0)) / 1000 / PAYLOAD_T)).toFixed(0)}%`;
      const why = words?.standing ?? "";
      setText(row.why, why === "" ? "" : said(why));
      row.root.classList.toggle("stands", why !== "");
      row.root.classList.toggle("held", (words?.restriction ?? "") !== "" || state === "Stopped");
      row.root.classList.toggle("selected", id === selected);
      row.root.setAttribute("aria-selected", String(id === selected));
    }
    if (ids.length > MOST_ROWS) setText(this.title, `${word("fleet")}  ${MOST_ROWS} / ${ids.length}`);
  }

  private add(id: number): Row {
    const row = { state: make("span", { class: "state" }), speed: make("span", { class: "speed" }), bar: make("i"), why: make("span", { class: "why" }) };
    const mark = make("b", { class: "number", style: `--mark:${colourOf(id)}` }, `T${id}`);
    const root = make("button", { class: "row", role: "option", onclick: () => this.onSelect(id) }, mark, row.state, row.speed, make("span", { class: "load" }, row.bar), row.why);
    // Rows stand in the order of the numbers, whenever a truck appears.
    const before = [...this.rows.keys()].filter((other) => other > id).sort((a, b) => a - b)[0];
    this.list.insertBefore(root, before === undefined ? null : (this.rows.get(before)?.root ?? null));
    const made = { root, ...row };
    this.rows.set(id, made);
    return made;
  }
}
