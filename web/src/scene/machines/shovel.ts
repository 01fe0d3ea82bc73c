// A stand-in for the hydraulic shovel, with the node names `house`, `boom`, `stick` and `bucket`.

import * as THREE from "three";
import { loose, PAINT, Solid } from "./solid.ts";

/** Foot of the boom on the house, x and z, and the lengths of boom and stick, m, as the simulator digs with them. */
export const BOOM_FOOT: [number, number] = [1.4, 3.1];
export const BOOM = 8.2;
export const STICK = 4.6;
const HALF_BUCKET = 1.35;

/** Makes the shovel in the frame of glTF files. */
export function standInShovel(): THREE.Group {
  const shovel = new THREE.Group();
  const house = upper().mesh("house");
  const boom = boomSolid().mesh("boom");
  boom.position.set(BOOM_FOOT[0], BOOM_FOOT[1], 0);
  const stick = stickSolid().mesh("stick");
  stick.position.set(BOOM, 0, 0);
  const bucket = bucketSolid().mesh("bucket");
  bucket.position.set(STICK, 0, 0);
  bucket.add(ore().mesh("ore", loose));
  stick.add(bucket);
  boom.add(stick);
  house.add(boom);
  shovel.add(undercarriage().mesh("undercarriage"), house);
  return shovel;
}

function undercarriage(): Solid {
  const s = new Solid();
  for (const side of [-1, 1]) {
    const [a, b] = [side * 1.75, side * 2.65];
    s.plate([[-3.4, 0], [3.4, 0], [4, 0.55], [4, 0.95], [3.5, 1.4], [-3.5, 1.4], [-4, 0.95], [-4, 0.55]], a, b, PAINT.steel);
    for (let k = 0; k < 26; k++) {
      const x = -3.4 + (6.8 * k) / 25;
      s.box([x - 0.05, a - side * 0.03, 1.36], [x + 0.05, b + side * 0.03, 1.46], PAINT.bright);
    }
    for (let k = 0; k < 7; k++) s.bar([k - 3, a - side * 0.04, 0.55], [k - 3, b + side * 0.04, 0.55], 0.34, PAINT.bright);
  }
  s.box([-1.7, -1.8, 0.7], [1.7, 1.8, 1.35], PAINT.yellow);
  return s.bar([0, 0, 1.3], [0, 0, 1.75], 1.5, PAINT.steel, 1.5, 28);
}

function upper(): Solid {
  const s = new Solid();
  s.box([-4.6, -2.5, 1.75], [2, 2.5, 2.3], PAINT.steel);
  s.box([-4.4, -2.45, 2.3], [0.8, -0.6, 4.4], PAINT.yellow);
  s.box([-4.4, 0.6, 2.3], [-0.6, 2.45, 4.4], PAINT.yellow);
  s.box([-4.4, -0.6, 2.3], [0.2, 0.6, 4], PAINT.yellow);
  s.block([[-5.4, -2.4, 1.9], [-4.4, -2.5, 1.8], [-4.4, 2.5, 1.8], [-5.4, 2.4, 1.9]], [[-5.4, -2.4, 3.9], [-4.4, -2.5, 4.2], [-4.4, 2.5, 4.2], [-5.4, 2.4, 3.9]], PAINT.steel);
  s.box([-0.4, 0.95, 2.3], [1.9, 2.5, 5.2], PAINT.yellow);
  s.face([[1.915, 1.05, 3.6], [1.915, 2.4, 3.6], [1.915, 2.4, 5], [1.915, 1.05, 5]], PAINT.glass);
  s.face([[1.75, 2.515, 3.7], [-0.2, 2.515, 3.7], [-0.2, 2.515, 5], [1.75, 2.515, 5]], PAINT.glass);
  s.face([[-0.2, 0.935, 3.7], [1.75, 0.935, 3.7], [1.75, 0.935, 5], [-0.2, 0.935, 5]], PAINT.glass);
  for (const y of [-1.9, -1.3]) s.bar([-3.4, y, 4.4], [-3.4, y, 5.1], 0.13, PAINT.steel);
  return s;
}

function boomSolid(): Solid {
  const s = new Solid();
  const bend = 0.42 * BOOM;
  s.plate([[0, -0.32], [bend, 0.35], [bend, 1.35], [0, 0.32]], -0.55, 0.55, PAINT.yellow);
  s.plate([[bend, 0.35], [BOOM, -0.25], [BOOM, 0.25], [bend, 1.35]], -0.48, 0.48, PAINT.yellow);
  s.bar([0, -0.75, 0], [0, 0.75, 0], 0.3, PAINT.steel);
  s.bar([BOOM, -0.62, 0], [BOOM, 0.62, 0], 0.25, PAINT.steel);
  for (const side of [-1, 1]) s.bar([0.6, side * 0.78, -0.9], [bend - 0.2, side * 0.68, 0.75], 0.17, PAINT.bright);
  return s.bar([bend + 0.2, 0, 1.5], [BOOM - 0.6, 0, 1.05], 0.17, PAINT.bright);
}

function stickSolid(): Solid {
  const s = new Solid();
  s.plate([[-0.9, 0.15], [0, -0.35], [STICK, -0.18], [STICK, 0.18], [0.4, 0.65]], -0.38, 0.38, PAINT.yellow);
  s.bar([0.9, 0, 0.75], [STICK - 0.7, 0, 0.5], 0.14, PAINT.bright);
  return s.bar([STICK, -0.5, 0], [STICK, 0.5, 0], 0.2, PAINT.steel);
}

function bucketSolid(): Solid {
  const s = new Solid();
  const w = HALF_BUCKET;
  const outline: [number, number][] = [[0, 0.25], [0, -0.55], [0.55, -1.45], [1.5, -1.6], [2.25, -0.95], [2.35, 0.1]];
  for (let k = 0; k + 1 < outline.length; k++) {
    const [p, q] = [outline[k] as [number, number], outline[k + 1] as [number, number]];
    s.sheet([[p[0], w, p[1]], [p[0], -w, p[1]], [q[0], -w, q[1]], [q[0], w, q[1]]], PAINT.steel);
  }
  for (const side of [-w, w]) s.sheet(outline.map(([x, z]) => [x, side, z]), PAINT.steel);
  for (let k = 0; k < 5; k++) {
    const y = -w + 0.2 + ((2 * w - 0.4) * k) / 4;
    s.block([[2.2, y - 0.1, 0], [2.4, y - 0.1, 0], [2.4, y + 0.1, 0], [2.2, y + 0.1, 0]], [[2.3, y - 0.04, 0.5], [2.36, y - 0.04, 0.5], [2.36, y + 0.04, 0.5], [2.3, y + 0.04, 0.5]], PAINT.bright);
  }
  return s;
}

function ore(): Solid {
  return new Solid().surface(7, 9, (i, j) => {
    const [u, v] = [i / 6, (j / 8) * 2 - 1];
    return [0.1 + 2.1 * u, v * (HALF_BUCKET - 0.02), 0.05 + 0.62 * (1 - (2 * u - 1) ** 2) * (1 - v * v)];
  }, () => PAINT.rock);
}
