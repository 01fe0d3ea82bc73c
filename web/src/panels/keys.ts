// Keys of the page, and the panel that lists them.

import { onLanguage, type Word, word } from "../words/words.ts";
import { make } from "./dom.ts";

export interface KeyActions {
  toggle(): void;
  seekBy(seconds: number): void;
  seekEnd(end: boolean): void;
  speedBy(by: number): void;
  camera(k: number): void;
  next(by: number): void;
  log(): void;
  map(): void;
  panels(): void;
  paths(): void;
  labels(): void;
  save(): void;
  theme(): void;
  language(): void;
  keys(): void;
  close(): void;
}

const LISTED: [string, Word][] = [
  ["Space", "key_space"], ["← →", "key_arrows"], [", .", "key_comma"], ["[ ]", "key_brackets"], ["Home End", "key_home"], ["1 2 3 4", "key_digits"],
  ["Tab  Shift Tab", "key_tab"], ["F", "key_f"], ["L", "key_l"], ["M", "key_m"], ["P", "key_p"], ["N", "key_n"], ["S", "key_s"], ["T", "key_t"], ["G", "key_g"], ["?", "key_question"],
];

/** Listens to the keys of the page; keys in a field of text are the field's. */
export function listenToKeys(actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement | null;
    if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "checkbox")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const byKey: Record<string, () => void> = {
      " ": () => actions.toggle(),
      ArrowLeft: () => actions.seekBy(event.shiftKey ? -60 : -5),
      ArrowRight: () => actions.seekBy(event.shiftKey ? 60 : 5),
      ",": () => actions.seekBy(-0.1),
      ".": () => actions.seekBy(0.1),
      "[": () => actions.speedBy(-1),
      "]": () => actions.speedBy(1),
      Home: () => actions.seekEnd(false),
      End: () => actions.seekEnd(true),
      1: () => actions.camera(0),
      2: () => actions.camera(1),
      3: () => actions.camera(2),
      4: () => actions.camera(3),
      Tab: () => actions.next(event.shiftKey ? -1 : 1),
      f: () => actions.panels(),
      l: () => actions.log(),
      m: () => actions.map(),
      p: () => actions.paths(),
      n: () => actions.labels(),
      s: () => actions.save(),
      t: () => actions.theme(),
      g: () => actions.language(),
      "?": () => actions.keys(),
      Escape: () => actions.close(),
    };
    const action = byKey[event.key] ?? byKey[event.key.toLowerCase()];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

export class KeysPanel {
  readonly element = make("div", { class: "keys", role: "dialog" });

  constructor() {
    this.element.hidden = true;
    onLanguage(() => this.draw());
    this.draw();
  }

  toggle(shown = this.element.hidden): void {
    this.element.hidden = !shown;
  }

  private draw(): void {
    const list = make("dl", {}, ...LISTED.flatMap(([key, meaning]) => [make("dt", {}, key), make("dd", {}, word(meaning))]));
    this.element.replaceChildren(make("h2", {}, word("keys")), list, make("button", { onclick: () => this.toggle(false) }, word("close")));
  }
}
