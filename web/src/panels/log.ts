// The log: events of the run up to the present, and notes of the page, with a filter.

import type { RunData, RunEvent, Weight } from "../timeline/run.ts";
import { clockText, onLanguage, said, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

/** Lines that are shown; older ones are found by the filter or by going back. */
const MOST_LINES = 250;
/** Notes of the page that are kept. */
const MOST_NOTES = 200;
const WEIGHTS: Weight[] = ["detail", "info", "warning", "fault"];
const MARKS: Record<Weight, string> = { detail: "·", info: "●", warning: "▲", fault: "■" };

/** A note of the page, written again in the language that is chosen. */
export interface Note {
  weight: Weight;
  text: () => string;
}

export class LogPanel {
  readonly element = make("section", { class: "panel log" });
  private readonly lines = make("div", { class: "lines", role: "log" });
  private readonly search = make("input", { type: "search", oninput: () => this.refresh() });
  private readonly only = make("input", { type: "checkbox", onchange: () => this.refresh() });
  private readonly onlyWord = make("span");
  private readonly title = make("h2");
  private readonly chosen = new Map<Weight, HTMLInputElement>();
  private readonly chosenWords = new Map<Weight, HTMLElement>();
  private readonly notes: Note[] = [];
  private drawn = "";
  private readonly onSeek: (t: number) => void;

  constructor(onSeek: (t: number) => void) {
    this.onSeek = onSeek;
    const bar = make("div", { class: "bar" }, this.title, this.search);
    for (const weight of WEIGHTS) {
      const box = make("input", { type: "checkbox", onchange: () => this.refresh() });
      box.checked = weight !== "detail";
      const text = make("span");
      this.chosen.set(weight, box);
      this.chosenWords.set(weight, text);
      bar.append(make("label", { class: weight }, box, make("b", {}, MARKS[weight]), text));
    }
    bar.append(make("label", {}, this.only, this.onlyWord));
    this.element.append(bar, this.lines);
    onLanguage(() => this.translate());
    this.translate();
  }

  note(weight: Weight, text: () => string): void {
    this.notes.push({ weight, text });
    if (this.notes.length > MOST_NOTES) this.notes.shift();
    this.refresh();
  }

  clearNotes(): void {
    this.notes.length = 0;
    this.refresh();
  }

  refresh(): void {
    this.drawn = "";
  }

  draw(run: RunData, t: number, selected: number | undefined): void {
    const upto = lastEvent(run.events, t);
    const key = `${upto} ${run.events.length} ${selected} ${this.notes.length}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const wanted = this.search.value.trim().toLowerCase();
    const lines: HTMLElement[] = [];
    for (let k = upto; k >= 0 && lines.length < MOST_LINES; k--) {
      const event = run.events[k] as RunEvent;
      if (this.chosen.get(event.weight)?.checked !== true) continue;
      if (this.only.checked && selected !== undefined && event.truck !== selected) continue;
      const text = said(event.text);
      if (wanted !== "" && !text.toLowerCase().includes(wanted) && !event.text.toLowerCase().includes(wanted)) continue;
      lines.push(make("button", { class: `line ${event.weight}`, onclick: () => this.onSeek(event.t) }, make("time", {}, clockText(event.t)), make("b", {}, MARKS[event.weight]), make("span", {}, text)));
    }
    const notes = this.notes
      .map((note) => ({ ...note, words: note.text() }))
      .filter((note) => wanted === "" || note.words.toLowerCase().includes(wanted))
      .reverse()
      .map((note) => make("div", { class: `line note ${note.weight}` }, make("time", {}, "haul"), make("b", {}, MARKS[note.weight]), make("span", {}, note.words)));
    if (lines.length === 0 && notes.length === 0) lines.push(make("div", { class: "line none" }, word("no_events")));
    this.lines.replaceChildren(...notes, ...lines);
  }

  private translate(): void {
    setText(this.title, word("log"));
    this.search.placeholder = word("filter");
    this.search.setAttribute("aria-label", word("filter"));
    setText(this.onlyWord, word("only_truck"));
    for (const [weight, text] of this.chosenWords) setText(text, word(weight));
    this.refresh();
  }
}

/** Index of the last event that is not after a time. */
function lastEvent(events: RunEvent[], t: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as RunEvent).t <= t + 1e-6) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
