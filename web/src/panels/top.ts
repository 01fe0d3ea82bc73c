// The bar on top: run, weather, cameras, language, theme.

import { CAMERA_MODES, type CameraMode } from "../scene/cameras.ts";
import type { Weather } from "../timeline/run.ts";
import { onLanguage, type Word, word } from "../words/words.ts";
import { make, setText } from "./dom.ts";

export interface TopActions {
  camera(mode: CameraMode): void;
  open(): void;
  language(): void;
  theme(): void;
  keys(): void;
}

export class TopBar {
  readonly element = make("header", { class: "top" });
  private readonly name = make("span", { class: "name" });
  private readonly sub = make("span", { class: "sub" });
  private readonly badge = make("span", { class: "badge" });
  private readonly sky = make("span", { class: "weather" });
  private readonly cameras = new Map<CameraMode, HTMLButtonElement>();
  private readonly words: [HTMLElement, () => string][] = [];
  private subtitle: () => string = () => "";
  private mode: "recording" | "live" | undefined;
  private shownWeather: Weather | undefined;

  constructor(actions: TopActions) {
    const button = (text: () => string, title: Word, action: () => void): HTMLButtonElement => {
      const made = make("button", { onclick: action });
      this.words.push([made, text]);
      onLanguage(() => (made.title = word(title)));
      made.title = word(title);
      return made;
    };
    const cameras = make("div", { class: "cameras" });
    for (const mode of CAMERA_MODES) {
      const one = make("button", { onclick: () => actions.camera(mode) });
      this.words.push([one, () => word(`camera_${mode}`)]);
      this.cameras.set(mode, one);
      cameras.append(one);
    }
    this.badge.hidden = true;
    this.element.append(
      make("span", { class: "brand" }, make("img", { src: "./icon.svg", alt: "" }), "Haul"),
      this.badge, this.name, this.sub, this.sky, cameras,
      button(() => word("open"), "open_file", () => actions.open()),
      button(() => (word("language") === "English" ? "中文" : "English"), "key_g", () => actions.language()),
      button(() => "◐", "theme", () => actions.theme()),
      button(() => "?", "keys", () => actions.keys()),
    );
    onLanguage(() => this.translate());
    this.translate();
  }

  title(name: string, subtitle: () => string, mode: "recording" | "live"): void {
    setText(this.name, name);
    document.title = `${name} - Haul`;
    this.subtitle = subtitle;
    this.mode = mode;
    this.translate();
  }

  camera(mode: CameraMode): void {
    for (const [name, one] of this.cameras) one.classList.toggle("on", name === mode);
  }

  weather(weather: Weather | undefined): void {
    this.shownWeather = weather;
    setText(this.sky, weather === undefined ? "" : weatherText(weather));
  }

  private translate(): void {
    for (const [element, text] of this.words) setText(element, text());
    setText(this.sub, this.subtitle());
    this.badge.hidden = this.mode === undefined;
    if (this.mode !== undefined) setText(this.badge, word(this.mode));
    this.badge.classList.toggle("live", this.mode === "live");
    this.weather(this.shownWeather);
  }
}

function weatherText(weather: Weather): string {
  const parts = [`${weather.air_c.toFixed(0)} °C`];
  if (weather.rain_mm_h > 0.05) parts.push(word("rain", { mm: weather.rain_mm_h.toFixed(1) }));
  if (weather.snow_mm_h > 0.05) parts.push(word("snow", { mm: weather.snow_mm_h.toFixed(1) }));
  if (weather.visibility_m < 5_000) parts.push(word("visibility", { m: weather.visibility_m.toFixed(0) }));
  parts.push(word(weather.wetness > 0.1 ? "wet" : "dry"));
  return parts.join(" · ");
}
