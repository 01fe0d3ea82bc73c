// The map of the mine from above: hillshade, roads, places, trucks. Drag moves it, the wheel zooms, a click chooses.

import { colourOf, PLACE_COLOUR } from "../palette.ts";
import type { MapLayer } from "../recording/map_layer.ts";
import type { RunData } from "../timeline/run.ts";
import { make } from "./dom.ts";

/** Sun of the hillshade: from the north-west, 45° high, as maps have it. */
const LIGHT = [-0.5, 0.5, Math.SQRT1_2] as const;

export class MapPanel {
  readonly element = make("section", { class: "panel map" });
  private readonly canvas = make("canvas");
  private readonly pen: CanvasRenderingContext2D | null;
  private map: MapLayer | undefined;
  private relief: HTMLCanvasElement | undefined;
  private zoom = 1;
  private centre: [number, number] = [0, 0];
  private readonly onSelect: (id: number) => void;
  private readonly onPlace: (x: number, y: number) => void;
  private trucks: { id: number; x: number; y: number }[] = [];

  constructor(onSelect: (id: number) => void, onPlace: (x: number, y: number) => void) {
    this.onSelect = onSelect;
    this.onPlace = onPlace;
    this.pen = this.canvas.getContext("2d");
    this.element.append(this.canvas);
    let from: [number, number] | undefined;
    let moved = 0;
    this.canvas.addEventListener("pointerdown", (e) => {
      from = [e.clientX, e.clientY];
      moved = 0;
      this.canvas.setPointerCapture(e.pointerId);
    });
    this.canvas.addEventListener("pointermove", (e) => {
      if (from === undefined) return;
      const [dx, dy] = [e.clientX - from[0], e.clientY - from[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      const scale = this.scale();
      this.centre = [this.centre[0] - dx / scale, this.centre[1] + dy / scale];
      from = [e.clientX, e.clientY];
    });
    this.canvas.addEventListener("pointerup", (e) => {
      from = undefined;
      if (moved < 5) this.click(e.offsetX, e.offsetY);
    });
    this.canvas.addEventListener("wheel", (e) => {
      e.preventDefault();
      this.zoom = Math.min(20, Math.max(0.8, this.zoom * Math.exp(-e.deltaY * 0.0015)));
    }, { passive: false });
  }

  setMap(map: MapLayer): void {
    this.map = map;
    this.relief = hillshade(map);
    const { x0, y0, x1, y1 } = map.bounds;
    this.centre = [(x0 + x1) / 2, (y0 + y1) / 2];
    this.zoom = 1;
  }

  draw(run: RunData, t: number, selected: number | undefined): void {
    const { pen, canvas, map } = this;
    if (pen === null || map === undefined || this.element.hidden) return;
    const ratio = devicePixelRatio;
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    if (width === 0) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--map").trim();
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const scale = this.scale();
    const { x0, y0, x1, y1 } = map.bounds;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const at = (x: number, y: number): [number, number] => this.toScreen(x, y);
    if (this.relief !== undefined) {
      const [left, top] = at(x0, y1);
      pen.drawImage(this.relief, left, top, (x1 - x0) * scale, (y1 - y0) * scale);
    }
    for (const truck of run.trucks.values()) {
      const path = truck.paths.at(t);
      if (path === undefined || (selected !== undefined && truck.id !== selected)) continue;
      pen.strokeStyle = colourOf(truck.id);
      pen.lineWidth = 2;
      pen.beginPath();
      for (let k = 0; k < path.length; k += 2) {
        const [x, y] = at(path[k] as number, path[k + 1] as number);
        if (k === 0) pen.moveTo(x, y);
        else pen.lineTo(x, y);
      }
      pen.stroke();
    }
    for (const place of map.places) {
      const middle = place.machine ?? place.spots[0] ?? place.queue[0];
      if (middle === undefined) continue;
      const [x, y] = at(middle.x, middle.y);
      pen.fillStyle = PLACE_COLOUR[place.kind] ?? "#888";
      pen.strokeStyle = "#0009";
      pen.lineWidth = 1;
      shape(pen, place.kind, x, y, 5);
    }
    for (const vehicle of run.vehicles.at(t) ?? []) {
      const [x, y] = at(vehicle.x, vehicle.y);
      pen.fillStyle = "#fff";
      pen.strokeStyle = "#000";
      pen.fillRect(x - 2.5, y - 2.5, 5, 5);
      pen.strokeRect(x - 2.5, y - 2.5, 5, 5);
    }
    this.trucks = [];
    for (const truck of run.trucks.values()) {
      const motion = truck.at(t);
      if (motion === undefined) continue;
      const [x, y] = at(motion.x, motion.y);
      this.trucks.push({ id: truck.id, x, y });
      const heading = Math.atan2(2 * (motion.qw * motion.qz + motion.qx * motion.qy), 1 - 2 * (motion.qy ** 2 + motion.qz ** 2));
      pen.save();
      pen.translate(x, y);
      pen.rotate(-heading);
      const size = truck.id === selected ? 8 : 6;
      pen.beginPath();
      pen.moveTo(size, 0);
      pen.lineTo(-size * 0.7, size * 0.62);
      pen.lineTo(-size * 0.7, -size * 0.62);
      pen.closePath();
      pen.fillStyle = colourOf(truck.id);
      pen.strokeStyle = truck.id === selected ? "#fff" : "#000";
      pen.lineWidth = truck.id === selected ? 2 : 1;
      pen.fill();
      pen.stroke();
      pen.restore();
    }
    scaleBar(pen, width, height, scale);
  }

  private scale(): number {
    if (this.map === undefined) return 1;
    const { x0, y0, x1, y1 } = this.map.bounds;
    return this.zoom * Math.min(this.element.clientWidth / (x1 - x0), this.element.clientHeight / (y1 - y0));
  }

  private toScreen(x: number, y: number): [number, number] {
    const scale = this.scale();
    return [this.element.clientWidth / 2 + (x - this.centre[0]) * scale, this.element.clientHeight / 2 - (y - this.centre[1]) * scale];
  }

  private click(px: number, py: number): void {
    const near = this.trucks.map((t) => ({ id: t.id, away: Math.hypot(t.x - px, t.y - py) })).sort((a, b) => a.away - b.away)[0];
    if (near !== undefined && near.away < 14) {
      this.onSelect(near.id);
      return;
    }
    const scale = this.scale();
    this.onPlace(this.centre[0] + (px - this.element.clientWidth / 2) / scale, this.centre[1] - (py - this.element.clientHeight / 2) / scale);
  }
}

function shape(pen: CanvasRenderingContext2D, kind: string, x: number, y: number, r: number): void {
  pen.beginPath();
  if (kind === "load") {
    pen.moveTo(x, y - r);
    pen.lineTo(x + r, y + r * 0.8);
    pen.lineTo(x - r, y + r * 0.8);
  } else if (kind === "dump") {
    pen.moveTo(x, y + r);
    pen.lineTo(x + r, y - r * 0.8);
    pen.lineTo(x - r, y - r * 0.8);
  } else if (kind === "crusher") {
    pen.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  } else {
    pen.arc(x, y, r * 0.9, 0, 2 * Math.PI);
  }
  pen.closePath();
  pen.fill();
  pen.stroke();
}

function scaleBar(pen: CanvasRenderingContext2D, width: number, height: number, scale: number): void {
  const metres = [10, 20, 50, 100, 200, 500, 1000, 2000].find((m) => m * scale > 40) ?? 5000;
  const long = metres * scale;
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(width - 10 - long, height - 14);
  pen.lineTo(width - 10 - long, height - 10);
  pen.lineTo(width - 10, height - 10);
  pen.lineTo(width - 10, height - 14);
  pen.stroke();
  pen.font = "10px system-ui, sans-serif";
  pen.textAlign = "right";
  pen.fillText(metres < 1000 ? `${metres} m` : `${metres / 1000} km`, width - 12, height - 16);
  pen.fillText("N ↑", width - 12, 16);
}

/** Draws height and hillshade of the ground, and the drivable surface on it. */
function hillshade(map: MapLayer): HTMLCanvasElement {
  const { columns, rows, spacing } = map.grid;
  const stride = Math.max(1, Math.ceil(Math.max(columns, rows) / 700));
  const [width, height] = [Math.ceil(columns / stride), Math.ceil(rows / stride)];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  if (pen === null) return canvas;
  const image = pen.createImageData(width, height);
  const node = (i: number, j: number): number => map.heights[Math.min(Math.max(j, 0), rows - 1) * columns + Math.min(Math.max(i, 0), columns - 1)] as number;
  const span = Math.max(1, map.high - map.low);
  for (let py = 0; py < height; py++) {
    for (let px = 0; px < width; px++) {
      const [i, j] = [px * stride, rows - 1 - py * stride];
      const gx = (node(i + stride, j) - node(i - stride, j)) / (2 * stride * spacing);
      const gy = (node(i, j + stride) - node(i, j - stride)) / (2 * stride * spacing);
      const shade = Math.max(0, (-gx * LIGHT[0] - gy * LIGHT[1] + LIGHT[2]) / Math.hypot(gx, gy, 1));
      const level = (node(i, j) - map.low) / span;
      const light = 0.35 + 0.75 * shade;
      const at = 4 * (py * width + px);
      image.data[at] = light * (92 + 86 * level);
      image.data[at + 1] = light * (88 + 72 * level);
      image.data[at + 2] = light * (84 + 44 * level);
      image.data[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
  const { x0, y1, x1 } = map.bounds;
  const scale = width / (x1 - x0 || 1);
  pen.setTransform(scale, 0, 0, -scale, -x0 * scale, y1 * scale);
  pen.globalAlpha = 0.38;
  pen.fillStyle = "#e8dcc4";
  pen.beginPath();
  for (const ring of map.drivable) {
    for (let k = 0; k < ring.length; k += 2) {
      if (k === 0) pen.moveTo(ring[k] as number, ring[k + 1] as number);
      else pen.lineTo(ring[k] as number, ring[k + 1] as number);
    }
    pen.closePath();
  }
  pen.fill("evenodd");
  pen.globalAlpha = 0.8;
  pen.strokeStyle = "#d04a2c";
  pen.lineWidth = 2 / scale;
  for (const zone of map.zones.filter((z) => z.closed)) {
    pen.beginPath();
    for (let k = 0; k < zone.ring.length; k += 2) {
      if (k === 0) pen.moveTo(zone.ring[k] as number, zone.ring[k + 1] as number);
      else pen.lineTo(zone.ring[k] as number, zone.ring[k + 1] as number);
    }
    pen.closePath();
    pen.stroke();
  }
  return canvas;
}
