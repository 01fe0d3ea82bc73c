// Settings that the browser remembers.

import type { Language } from "./words/words.ts";

export interface Settings {
  language: Language;
  light: boolean;
  paths: boolean;
  labels: boolean;
}

const KEY = "haul.settings";

export function loadSettings(): Settings {
  const chinese = navigator.language.toLowerCase().startsWith("zh");
  const settings: Settings = { language: chinese ? "zh" : "en", light: matchMedia("(prefers-color-scheme: light)").matches, paths: true, labels: true };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (stored !== null && typeof stored === "object") {
      const known = stored as Partial<Settings>;
      if (known.language === "en" || known.language === "zh") settings.language = known.language;
      for (const name of ["light", "paths", "labels"] as const) if (typeof known[name] === "boolean") settings[name] = known[name];
    }
  } catch {
    // Settings that cannot be read are the default ones.
  }
  return settings;
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
