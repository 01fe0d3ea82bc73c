// The page before a run is open, and the banner for what it has to say.

import { onLanguage, sizeText, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

export interface WelcomeActions {
  file(file: File): void;
  address(address: string): void;
  served(name: string): void;
}

export class Welcome {
  readonly element = make("section", { class: "welcome" });
  private readonly actions: WelcomeActions;
  private recordings: { name: string; size: number; cut?: string }[] = [];

  constructor(actions: WelcomeActions) {
    this.actions = actions;
    this.element.hidden = true;
    onLanguage(() => this.draw());
    this.draw();
  }

  toggle(shown: boolean): void {
    this.element.hidden = !shown;
  }

  serve(recordings: { name: string; size: number; cut?: string }[]): void {
    this.recordings = recordings;
    this.draw();
  }

  private draw(): void {
    const file = make("input", { type: "file", accept: ".mcap", onchange: () => file.files?.[0] !== undefined && this.actions.file(file.files[0]) });
    file.hidden = true;
    const address = make("input", { type: "url", placeholder: "https://…/run.mcap", "aria-label": word("open_address") });
    const load = (): void => {
      if (address.value.trim() !== "") this.actions.address(address.value.trim());
    };
    address.addEventListener("keydown", (e) => e.key === "Enter" && load());
    const served = make("div", { class: "served" });
    if (this.recordings.length > 0) served.append(make("h2", {}, word("served")));
    for (const r of this.recordings) {
      served.append(make("button", { onclick: () => this.actions.served(r.name) }, make("span", {}, r.name), make("span", {}, sizeText(r.size))));
    }
    this.element.replaceChildren(
      make("h1", {}, "Haul"),
      make("p", {}, word("welcome")),
      make("p", {}, word("welcome_hint")),
      make("div", { class: "choose" }, make("button", { onclick: () => file.click() }, word("open_file")), file, address, make("button", { onclick: load }, word("load")), make("button", { onclick: () => this.toggle(false) }, word("close"))),
      served,
    );
  }
}

export class Banner {
  readonly element = make("div", { class: "banner", role: "status" });
  private readonly text = make("div");
  private readonly bar = make("progress", { max: "1" });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private words: (() => string) | undefined;

  constructor() {
    this.element.hidden = true;
    this.element.append(this.text, this.bar);
    this.element.addEventListener("click", () => this.hide());
    onLanguage(() => this.words !== undefined && setText(this.text, this.words()));
  }

  /** Shows a sentence, for some seconds or until it is hidden. */
  show(words: () => string, weight: "info" | "warning" | "fault", seconds?: number, share?: number): void {
    clearTimeout(this.timer);
    this.words = words;
    setText(this.text, words());
    this.element.className = `banner ${weight}`;
    this.element.hidden = false;
    this.bar.hidden = share === undefined;
    if (share !== undefined) this.bar.value = share;
    if (seconds !== undefined) this.timer = setTimeout(() => this.hide(), 1000 * seconds);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.element.hidden = true;
  }
}
