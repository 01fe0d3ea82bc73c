// A picture of the use of the ground: drivable surface in red, wheel tracks in green, spots of trucks in blue.

import * as THREE from "three";
import type { MapLayer } from "../recording/map_layer.ts";

/** Longest side of the picture, pixels. */
const SIDE = 2048;
/** Distance of a truck's wheel tracks from the middle of its lane, and their width, m. */
const TRACK = 1.9;
const TRACK_WIDTH = 1.3;

/** Draws the use of the ground of a mine. */
export function useMask(map: MapLayer): THREE.CanvasTexture {
  const { x0, y0, x1, y1 } = map.bounds;
  const scale = SIDE / Math.max(x1 - x0, y1 - y0);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(2, Math.round((x1 - x0) * scale));
  canvas.height = Math.max(2, Math.round((y1 - y0) * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("the browser gives no 2D canvas");
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  // North is up in a canvas texture that is flipped, as three.js does it.
  pen.setTransform(scale, 0, 0, -scale, -x0 * scale, canvas.height + y0 * scale);
  pen.globalCompositeOperation = "lighter";
  pen.fillStyle = "#f00";
  pen.beginPath();
  for (const ring of map.drivable) {
    for (let k = 0; k < ring.length; k += 2) {
      if (k === 0) pen.moveTo(ring[k] as number, ring[k + 1] as number);
      else pen.lineTo(ring[k] as number, ring[k + 1] as number);
    }
    pen.closePath();
  }
  pen.fill("evenodd");
  pen.lineWidth = TRACK_WIDTH;
  pen.lineJoin = "round";
  pen.strokeStyle = "rgba(0,255,0,0.55)";
  for (const road of map.roads) {
    // Two lanes where there is room, each with two wheel tracks.
    for (const lane of [-1, 1]) for (const wheel of [-TRACK, TRACK]) {
      pen.beginPath();
      for (let k = 0; k < road.width.length; k++) {
        const [x, y] = [road.line[2 * k] as number, road.line[2 * k + 1] as number];
        const [a, b] = [Math.max(0, k - 1), Math.min(road.width.length - 1, k + 1)];
        const [dx, dy] = [(road.line[2 * b] as number) - (road.line[2 * a] as number), (road.line[2 * b + 1] as number) - (road.line[2 * a + 1] as number)];
        const length = Math.hypot(dx, dy) || 1;
        const width = road.width[k] as number;
        const off = lane * (width > 16 ? Math.min(width / 4, 6) : 0.4) + wheel;
        const [px, py] = [x - (dy / length) * off, y + (dx / length) * off];
        if (k === 0) pen.moveTo(px, py);
        else pen.lineTo(px, py);
      }
      pen.stroke();
    }
  }
  pen.fillStyle = "rgba(0,0,255,0.8)";
  for (const place of map.places) {
    for (const spot of place.spots) {
      const glow = pen.createRadialGradient(spot.x, spot.y, 2, spot.x, spot.y, 13);
      glow.addColorStop(0, "rgba(0,0,255,0.85)");
      glow.addColorStop(1, "rgba(0,0,255,0)");
      pen.fillStyle = glow;
      pen.beginPath();
      pen.arc(spot.x, spot.y, 13, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  const texture = new THREE.CanvasTexture(canvas);
  texture.anisotropy = 8;
  texture.generateMipmaps = true;
  texture.minFilter = THREE.LinearMipmapLinearFilter;
  return texture;
}
