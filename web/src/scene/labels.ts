// Labels over trucks and places, as text of the page.

import * as THREE from "three";

/** Most labels that are shown; the nearest ones win. */
const MOST = 80;

export interface Label {
  key: string;
  text: string;
  colour: string;
  position: THREE.Vector3;
  kind: "truck" | "place";
}

export class Labels {
  private readonly shown = new Map<string, HTMLDivElement>();
  private readonly element: HTMLElement;
  private readonly onTruck: (key: string) => void;

  constructor(element: HTMLElement, onTruck: (key: string) => void) {
    this.element = element;
    this.onTruck = onTruck;
  }

  draw(labels: Label[], camera: THREE.PerspectiveCamera, width: number, height: number): void {
    const seen = new Set<string>();
    const projected = labels
      .map((label) => ({ label, at: label.position.clone().project(camera), away: label.position.distanceTo(camera.position) }))
      .filter(({ at, away, label }) => at.z < 1 && Math.abs(at.x) < 1.05 && Math.abs(at.y) < 1.05 && away < (label.kind === "place" ? 1_600 : 5_000))
      .sort((a, b) => a.away - b.away)
      .slice(0, MOST);
    for (const { label, at, away } of projected) {
      seen.add(label.key);
      let div = this.shown.get(label.key);
      if (div === undefined) {
        div = document.createElement("div");
        div.className = `label ${label.kind}`;
        if (label.kind === "truck") div.addEventListener("click", () => this.onTruck(label.key));
        this.element.append(div);
        this.shown.set(label.key, div);
      }
      if (div.textContent !== label.text) div.textContent = label.text;
      div.style.setProperty("--mark", label.colour);
      const size = Math.min(1, Math.max(0.72, 1.15 - away / 1500));
      div.style.transform = `translate(-50%, -100%) translate(${(((at.x + 1) * width) / 2).toFixed(1)}px, ${(((1 - at.y) * height) / 2).toFixed(1)}px) scale(${size.toFixed(2)})`;
      div.style.zIndex = String(Math.round(2000 - Math.min(away, 1999)));
    }
    for (const [key, div] of this.shown) {
      if (seen.has(key)) continue;
      div.remove();
      this.shown.delete(key);
    }
  }
}
