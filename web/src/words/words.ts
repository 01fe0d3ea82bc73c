// Words of the page in the chosen language, switched while the page runs.

import { en, type Word } from "./en.ts";
import { chinese } from "./sentences.ts";
import { zh } from "./zh.ts";

export type { Word };
export type Language = "en" | "zh";

let language: Language = "en";
const listeners: (() => void)[] = [];

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(to: Language): void {
  language = to;
  document.documentElement.lang = to === "zh" ? "zh-Hans" : "en";
  for (const listener of listeners) listener();
}

/** Calls a function whenever the language changes. */
export function onLanguage(listener: () => void): void {
  listeners.push(listener);
}

/** Returns a word or sentence, its parts in braces filled in. */
export function word(key: Word, parts: Record<string, string | number> = {}): string {
  const text: string = language === "zh" ? zh[key] : en[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole));
}

/** Returns a sentence of the simulator. */
export function said(sentence: string): string {
  return language === "zh" ? chinese(sentence) : sentence;
}

/** Returns a cycle state in words; an unknown one as it is. */
export function stateWord(state: string): string {
  return state in en ? word(state as Word) : state;
}

/** Returns a time as h:mm:ss, with a sign. */
export function clockText(seconds: number, tenths = false): string {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.abs(seconds);
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  const rest = tenths ? (Math.floor(s * 10) / 10 % 60).toFixed(1).padStart(4, "0") : String(Math.floor(s) % 60).padStart(2, "0");
  return `${seconds < 0 ? "−" : ""}${h > 0 ? `${h}:${String(m).padStart(2, "0")}` : m}:${rest}`;
}

/** Returns a size in bytes for people. */
export function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
