// Stand-ins for manned vehicles and for fixed plant: pickup, water cart, crusher.

import * as THREE from "three";
import { PAINT, type Point, Solid } from "./solid.ts";

/** Makes a manned vehicle of a kind in the frame of glTF files. */
export function standInVehicle(kind: string): THREE.Group {
  const group = new THREE.Group();
  group.add((kind === "water_cart" ? waterCart() : pickup()).mesh("body"));
  return group;
}

function roadWheels(s: Solid, axles: number[], half: number, radius: number, width: number): void {
  for (const x of axles) for (const side of [-1, 1]) {
    const y = side * (half - width);
    s.bar([x, y, radius], [x, side * half, radius], radius, PAINT.rubber, radius, 20);
    s.bar([x, side * half, radius], [x, side * (half + 0.01), radius], 0.55 * radius, PAINT.bright, 0.5 * radius, 14);
  }
}

function flag(s: Solid, x: number, y: number, z: number): void {
  s.bar([x, y, z], [x, y, 4.2], 0.025, PAINT.steel, 0.02, 6);
  s.sheet([[x, y, 3.75], [x - 0.65, y, 3.8], [x - 0.65, y, 4.15], [x, y, 4.2]], PAINT.orange);
}

function pickup(): Solid {
  const s = new Solid();
  const w = 0.95;
  s.box([-1.15, -w, 0.45], [0.58, w, 0.62], PAINT.white);
  for (const side of [-1, 1]) s.box([-1.15, side * w, 0.6], [0.58, side * (w - 0.07), 1.08], PAINT.white);
  s.box([-1.2, -w, 0.5], [-1.1, w, 1.08], PAINT.white);
  s.box([0.58, -w, 0.42], [2.55, w, 1.08], PAINT.white);
  s.plate([[2.55, 0.45], [4.05, 0.45], [4.05, 0.92], [2.55, 1.08]], -w, w, PAINT.white);
  s.box([3.98, -w, 0.4], [4.1, w, 0.68], PAINT.steel);
  const [inset, top] = [0.14, 1.88];
  s.block([[0.6, -w, 1.08], [2.6, -w, 1.08], [2.6, w, 1.08], [0.6, w, 1.08]], [[0.78, inset - w, top], [1.95, inset - w, top], [1.95, w - inset, top], [0.78, w - inset, top]], PAINT.glass);
  s.box([0.8, inset - w, top - 0.05], [1.93, w - inset, top + 0.03], PAINT.white);
  for (const side of [-1, 1]) {
    s.box([0.62, side * w, 0.8], [2.5, side * (w + 0.008), 0.95], PAINT.orange);
    s.box([4.06, side * 0.55, 0.7], [4.11, side * 0.88, 0.86], PAINT.lamp);
  }
  s.bar([1.3, 0, top], [1.3, 0, top + 0.18], 0.1, PAINT.orange);
  roadWheels(s, [0, 3.1], w, 0.39, 0.26);
  flag(s, -1.05, 0.8, 1);
  return s;
}

function waterCart(): Solid {
  const s = new Solid();
  const w = 1.25;
  s.box([-2.6, -0.5, 0.8], [7, 0.5, 1.1], PAINT.steel);
  s.block([[5.2, -w, 0.8], [7.2, -w, 0.8], [7.2, w, 0.8], [5.2, w, 0.8]], [[5.2, -w, 3.1], [6.95, -w, 3.1], [6.95, w, 3.1], [5.2, w, 3.1]], PAINT.orange);
  s.face([[7.11, -1.1, 1.85], [7.11, 1.1, 1.85], [6.99, 1.1, 2.85], [6.99, -1.1, 2.85]] as Point[], PAINT.glass);
  for (const side of [-1, 1]) s.sheet([[5.6, side * (w + 0.01), 1.9], [6.8, side * (w + 0.01), 1.9], [6.7, side * (w + 0.01), 2.8], [5.6, side * (w + 0.01), 2.8]], PAINT.glass);
  s.bar([-2.3, 0, 2.05], [4.9, 0, 2.05], 1.05, PAINT.tank, 1.05, 28);
  for (const x of [-2.1, 0.2, 2.4, 4.7]) s.bar([x - 0.05, 0, 2.05], [x + 0.05, 0, 2.05], 1.08, PAINT.bright, 1.08, 28);
  s.bar([-2.7, -1.1, 0.85], [-2.7, 1.1, 0.85], 0.07, PAINT.bright);
  s.bar([6, 0, 3.1], [6, 0, 3.3], 0.12, PAINT.orange);
  roadWheels(s, [-0.7, 0.7, 4.15, 6], w, 0.52, 0.34);
  flag(s, 5, 1, 3);
  return s;
}

/** Makes a crusher: hopper, house, conveyor. Its lip lies at the origin, open to +x. */
export function crusher(): THREE.Mesh {
  const s = new Solid();
  const [half, depth] = [5.5, 7];
  for (const side of [-1, 1]) s.box([-depth, side * half, -2], [0.5, side * (half + 0.7), 2.2], PAINT.concrete);
  s.box([-depth - 0.7, -half - 0.7, -2], [-depth, half + 0.7, 3.4], PAINT.concrete);
  s.box([0, -half, -0.2], [0.6, half, 0.75], PAINT.concrete);
  s.face([[0, -half, 0.1], [0, half, 0.1], [-depth, half - 2, -2], [-depth, 2 - half, -2]], PAINT.steel);
  for (let k = 0; k < 6; k++) {
    const y = 1 - half + (k * (2 * half - 2)) / 5;
    s.box([-depth, y - 0.08, 0.15], [-0.2, y + 0.08, 0.45], PAINT.bright);
  }
  s.box([-depth - 7, -4.5, -2], [-depth - 0.7, 4.5, 9], PAINT.bright);
  s.plate([[-depth - 7.4, 9], [-depth - 0.3, 9], [-depth - 0.3, 9.4], [-depth - 7.4, 10.6]], -4.9, 4.9, PAINT.steel);
  s.box([-depth - 2.6, half - 1.2, 5], [0.8 - depth, half + 1.6, 8], PAINT.yellow);
  s.face([[0.82 - depth, half - 1, 6], [0.82 - depth, half + 1.4, 6], [0.82 - depth, half + 1.4, 7.6], [0.82 - depth, half - 1, 7.6]], PAINT.glass);
  const [ax, az, bx, bz] = [-depth - 6, 2, -depth - 32, 13];
  s.block([[bx, -1.2, bz], [ax, -1.2, az], [ax, 1.2, az], [bx, 1.2, bz]], [[bx, -1.2, bz + 0.7], [ax, -1.2, az + 0.7], [ax, 1.2, az + 0.7], [bx, 1.2, bz + 0.7]], PAINT.steel);
  for (let k = 1; k < 4; k++) {
    const [x, z] = [ax + ((bx - ax) * k) / 3.4, az + ((bz - az) * k) / 3.4];
    for (const y of [-1.2, 1.2]) s.bar([x, y * 1.5, -3], [x, y * 0.8, z], 0.14, PAINT.steel, 0.14, 8);
  }
  return s.mesh("crusher");
}
