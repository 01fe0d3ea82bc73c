// A stand-in for the model of the TR100AT: a rigid rear-dump truck without a cab's crew, with the node names of
// `assets/models/tr100.glb`. Dimensions: `seeds/trucks/tr100at.toml`.

import * as THREE from "three";
import { loose, PAINT, type Point, Solid } from "./solid.ts";

/** Dimensions of the TR100AT, m. */
export const TR100 = {
  front: 7.7, rear: 3.1, width: 5.4, height: 4.9, wheelbase: 4.6, trackFront: 4.2, trackRear: 3.55,
  tyreRadius: 1.35, tyreWidth: 0.76, hinge: [-1.45, 2.0] as [number, number], payload_t: 91,
};
const D = TR100;

/** Inner outline of the body: tail, lowest point of the floor and foot of the front wall, x and z. */
const TAIL: [number, number] = [-D.rear, 3.3];
const LOW: [number, number] = [0.46 * D.wheelbase, 2.8];
const WALL: [number, number] = [0.7 * D.wheelbase, D.height - 0.55];
const [INNER, OUTER] = [0.41 * D.width, 0.465 * D.width];

const floor = (x: number): number => x <= LOW[0]
  ? TAIL[1] + (LOW[1] - TAIL[1]) * Math.min(1, Math.max(0, (x - TAIL[0]) / (LOW[0] - TAIL[0])))
  : LOW[1] + (WALL[1] - LOW[1]) * Math.min(1, (x - LOW[0]) / (WALL[0] - LOW[0]));
const sideTop = (x: number): number => {
  const t = Math.min(1, Math.max(0, (x - TAIL[0]) / (WALL[0] - TAIL[0])));
  return TAIL[1] + 0.62 + (WALL[1] - TAIL[1] - 0.62) * t ** 0.85;
};

/** Makes the truck in the frame of glTF files. */
export function standInTruck(): THREE.Group {
  const truck = new THREE.Group();
  truck.add(chassis().mesh("chassis"));
  const tray = body().mesh("body");
  // The body turns about its hinge.
  tray.position.set(D.hinge[0], D.hinge[1], 0);
  tray.geometry.translate(-D.hinge[0], -D.hinge[1], 0);
  truck.add(tray);
  const tyre = wheel();
  const pair = wheel();
  const left = pair.clone().translate(0, 0, -0.48);
  const right = pair.translate(0, 0, 0.48);
  const place = (name: string, x: number, z: number, parts: THREE.BufferGeometry[]): THREE.Group => {
    const node = new THREE.Group();
    node.name = name;
    node.position.set(x, D.tyreRadius, z);
    const mesh = new Solid().mesh("");
    for (const part of parts) {
      const one = mesh.clone();
      one.geometry = part;
      node.add(one);
    }
    return node;
  };
  for (const [side, z] of [["left", -1], ["right", 1]] as const) {
    const steer = place(`steer_front_${side}`, D.wheelbase, (z * D.trackFront) / 2, []);
    const turning = place(`wheel_front_${side}`, 0, 0, [tyre]);
    turning.position.set(0, 0, 0);
    steer.add(turning);
    truck.add(steer, place(`wheel_rear_${side}`, 0, (z * D.trackRear) / 2, [left, right]));
  }
  return truck;
}

function chassis(): Solid {
  const s = new Solid();
  const { front: x1, wheelbase: wb, tyreRadius: r } = D;
  const w = D.width / 2;
  const deck = 0.56 * D.height;
  const back = wb - 1.15;
  for (const side of [-1, 1]) {
    const [a, b] = [side * 0.62, side * 1.02];
    s.plate([[-1.9, 1.55], [0.9, 1.5], [0.9, 2.02], [-1.9, 1.98]], a, b, PAINT.steel);
    s.plate([[0.9, 1.15], [x1 - 0.5, 1.1], [x1 - 0.5, 1.8], [0.9, 2.02]], a, b, PAINT.steel);
    const y = side * (D.trackFront / 2 - D.tyreWidth / 2 - 0.26);
    s.bar([wb, y, r * 0.62], [wb - 0.08, y * 0.93, deck - 0.25], 0.19, PAINT.bright);
    s.bar([wb, y, r], [wb, (side * D.trackFront) / 2, r], 0.26, PAINT.steel);
    s.bar([-0.95, side * 0.85, r * 0.95], [-1.05, side * 0.85, 2], 0.16, PAINT.bright);
    s.bar([0.95, side * 0.42, 1.3], [1.3, side * 0.42, 2.65], 0.15, PAINT.bright);
    // Fender, ladder and lamps.
    s.plate([[back - 0.05, deck - 0.55], [back + 0.1, deck - 0.55], [back + 0.35, deck], [back, deck]], side * 1.45, side * w, PAINT.yellow);
    for (const edge of [0, 0.5]) s.bar([x1 - 0.05, side * (1.55 + edge), 1.35], [x1 - 0.1, side * (1.95 + edge), deck + 0.1], 0.03, PAINT.steel, 0.03, 6);
    for (let k = 0; k <= 7; k++) {
      const [y0, z] = [1.55 + (0.4 * k) / 7, 1.35 + ((deck - 1.25) * k) / 7];
      s.bar([x1 - 0.07, side * y0, z], [x1 - 0.07, side * (y0 + 0.5), z], 0.025, PAINT.bright, 0.025, 6);
    }
    for (const lamp of [1.42, 1.75]) {
      s.box([x1 - 0.75, side * lamp - 0.17, 1.42], [x1 - 0.44, side * lamp + 0.17, 1.82], PAINT.steel);
      s.bar([x1 - 0.45, side * lamp, 1.62], [x1 - 0.3, side * lamp, 1.62], 0.14, PAINT.lamp);
    }
  }
  s.bar([0, -D.trackRear / 2 - 0.5, r], [0, D.trackRear / 2 + 0.5, r], 0.46, PAINT.steel, 0.46, 18);
  s.bar([0, 0, r], [1.35, 0, r], 0.74, PAINT.steel, 0.35, 18);
  s.bar([1.55, 1.95, 1.45], [3.1, 1.95, 1.45], 0.62, PAINT.yellow, 0.62, 20);
  s.box([1.6, -1.4, 0.95], [3.05, -2.45, 1.95], PAINT.yellow);
  // Grille with slats, bonnet, bumper.
  s.box([x1 - 1.35, -1.18, 1.15], [x1 - 0.22, 1.18, deck], PAINT.yellow);
  s.box([x1 - 0.23, -1.06, 1.45], [x1 - 0.16, 1.06, deck - 0.12], PAINT.steel);
  for (let k = 0; k < 9; k++) {
    const z = 1.52 + (k * (deck - 1.72)) / 8;
    s.box([x1 - 0.18, -1.04, z], [x1 - 0.1, 1.04, z + 0.045], PAINT.bright);
  }
  const bumper = (z: number): Point[] => [[x1 - 0.55, -w + 0.35, z], [x1, -w + 0.75, z], [x1, w - 0.75, z], [x1 - 0.55, w - 0.35, z]];
  s.block(bumper(0.85), bumper(1.35), PAINT.yellow);
  // Deck, rails, cab, coolers, sensors.
  s.box([back, -w, deck], [x1 - 0.12, w, deck + 0.1], PAINT.yellow);
  const top = deck + 0.1;
  for (const h of [0.55, 1.05]) {
    for (const side of [-1, 1]) {
      s.bar([back + 0.2, side * (w - 0.05), top + h], [x1 - 0.16, side * (w - 0.05), top + h], 0.025, PAINT.yellow, 0.025, 6);
    }
    s.bar([x1 - 0.16, -1, top + h], [x1 - 0.16, 0.95, top + h], 0.025, PAINT.yellow, 0.025, 6);
  }
  for (let k = 0; k < 5; k++) {
    const x = back + 0.2 + ((x1 - 0.36 - back) * k) / 4;
    for (const side of [-1, 1]) s.bar([x, side * (w - 0.05), top], [x, side * (w - 0.05), top + 1.05], 0.025, PAINT.yellow, 0.025, 6);
  }
  const [cabBack, cabFront, right, left] = [wb - 0.65, x1 - 0.75, 0.85, w - 0.38];
  const roof = Math.min(D.height - 0.42, top + 1.9);
  s.block(
    [[cabBack, right, top], [cabFront, right, top], [cabFront, left, top], [cabBack, left, top]],
    [[cabBack, right, roof], [cabFront - 0.22, right, roof], [cabFront - 0.22, left, roof], [cabBack, left, roof]],
    PAINT.yellow,
  );
  const x = (z: number): number => cabFront + 0.012 - (0.22 * (z - top)) / (roof - top);
  s.face([[x(top + 0.6), right + 0.1, top + 0.6], [x(top + 0.6), left - 0.1, top + 0.6], [x(roof - 0.15), left - 0.1, roof - 0.15], [x(roof - 0.15), right + 0.1, roof - 0.15]], PAINT.glass);
  for (const [y, flip] of [[left + 0.012, 1], [right - 0.012, -1]] as const) {
    const pane: Point[] = [[cabFront - 0.35, y, top + 0.65], [cabBack + 0.2, y, top + 0.65], [cabBack + 0.2, y, roof - 0.2], [cabFront - 0.4, y, roof - 0.2]];
    s.face(flip > 0 ? pane : pane.reverse(), PAINT.glass);
  }
  s.box([wb - 0.55, -w + 0.45, top], [wb + 0.75, -1.35, top + 1.05], PAINT.yellow);
  for (const y of [-1.05, -0.55]) s.bar([x1 - 1, y, top], [x1 - 1, y, top + 0.95], 0.21, PAINT.steel);
  for (const y of [w - 0.18, 0.18 - w, 0]) {
    s.bar([x1 - 0.24, y, top + 1.1], [x1 - 0.24, y, top + 1.32], 0.12, PAINT.glass);
    s.bar([x1 - 0.24, y, top + 1.32], [x1 - 0.24, y, top + 1.38], 0.13, PAINT.bright);
  }
  s.bar([x1 - 0.45, 0.35 - w, top], [x1 - 0.45, 0.35 - w, top + 1.35], 0.03, PAINT.steel, 0.03, 6);
  s.bar([x1 - 0.45, 0.35 - w, top + 1.35], [x1 - 0.45, 0.35 - w, top + 1.65], 0.09, PAINT.blue);
  return s;
}

function body(): Solid {
  const s = new Solid();
  for (const [a, b] of [[TAIL[0], LOW[0]], [LOW[0], WALL[0]]] as const) {
    s.plate([[a, floor(a) - 0.1], [b, floor(b) - 0.1], [b, floor(b)], [a, floor(a)]], -OUTER, OUTER, PAINT.yellow);
  }
  for (let k = 0; k < 7; k++) {
    const x = TAIL[0] + 0.5 + ((LOW[0] - TAIL[0] - 0.7) * k) / 6;
    s.box([x - 0.1, -OUTER, floor(x) - 0.28], [x + 0.1, OUTER, floor(x) - 0.1], PAINT.yellow);
  }
  const strips = 8;
  for (const side of [-1, 1]) {
    for (let k = 0; k < strips; k++) {
      const x = (n: number): number => TAIL[0] + ((WALL[0] - TAIL[0]) * n) / strips;
      const [a, b] = [x(k), x(k + 1)];
      s.plate([[a, floor(a) - 0.02], [b, floor(b) - 0.02], [b, sideTop(b)], [a, sideTop(a)]], side * INNER, side * OUTER, PAINT.yellow);
      s.plate([[a, sideTop(a) - 0.2], [b, sideTop(b) - 0.2], [b, sideTop(b)], [a, sideTop(a)]], side * OUTER, side * (OUTER + 0.13), PAINT.yellow);
      if (k > 0) s.plate([[a - 0.11, floor(a) - 0.1], [a + 0.11, floor(a) - 0.1], [a + 0.11, sideTop(a)], [a - 0.11, sideTop(a)]], side * OUTER, side * (OUTER + 0.13), PAINT.yellow);
    }
    s.bar([D.hinge[0], side * 0.9 - 0.16, D.hinge[1]], [D.hinge[0], side * 0.9 + 0.16, D.hinge[1]], 0.2, PAINT.steel);
    s.box([D.hinge[0] - 0.18, side * 0.9 - 0.12, D.hinge[1]], [D.hinge[0] + 0.18, side * 0.9 + 0.12, floor(D.hinge[0])], PAINT.steel);
  }
  const [front, z] = [D.front - 0.05, D.height - 0.18];
  s.plate([[WALL[0] - 0.12, WALL[1] - 0.05], [front, z - 0.02], [front, z + 0.1], [WALL[0] - 0.12, WALL[1] + 0.08]], -OUTER - 0.1, OUTER + 0.1, PAINT.yellow);
  s.box([front - 0.12, -OUTER, z], [front, OUTER, z + 0.28], PAINT.yellow);
  for (const side of [-1, 1]) {
    s.plate([[WALL[0], WALL[1]], [front, z], [front, z + 0.28], [WALL[0], WALL[1] + 0.38]], side * (OUTER - 0.06), side * (OUTER + 0.12), PAINT.yellow);
  }
  return s;
}

function wheel(): THREE.BufferGeometry {
  const [r, h] = [D.tyreRadius, D.tyreWidth / 2];
  const rim = 0.48 * r;
  const s = new Solid();
  const half: [number, number, number][] = [[0, -0.35 * h, PAINT.bright], [0.16 * r, -0.35 * h, PAINT.yellow], [0.4 * r, -0.2 * h, PAINT.yellow], [rim, -0.86 * h, PAINT.steel], [1.06 * rim, -0.92 * h, PAINT.rubber], [0.72 * r, -h, PAINT.rubber], [0.9 * r, -0.97 * h, PAINT.rubber], [0.965 * r, -0.78 * h, PAINT.rubber]];
  const other: [number, number, number][] = [[0.965 * r, 0.78 * h, PAINT.rubber], [0.9 * r, 0.97 * h, PAINT.rubber], [0.72 * r, h, PAINT.rubber], [1.06 * rim, 0.92 * h, PAINT.steel], [rim, 0.86 * h, PAINT.yellow], [0.4 * r, 0.2 * h, PAINT.yellow], [0.16 * r, 0.35 * h, PAINT.bright], [0, 0.35 * h, PAINT.bright]];
  s.turned([...half, ...other], 32);
  const lugs = 26;
  for (let k = 0; k < lugs; k++) {
    const turn = (2 * Math.PI * (k + 0.5)) / lugs;
    const [y0, y1] = k % 2 === 0 ? [-0.12 * h, 0.93 * h] : [-0.93 * h, 0.12 * h];
    const at = (rad: number, t: number, y: number): Point => [rad * Math.cos(t), y, rad * Math.sin(t)];
    const ring = (rad: number): Point[] => [at(rad, turn - 0.062, y0), at(rad, turn - 0.062, y1), at(rad, turn + 0.062, y1), at(rad, turn + 0.062, y0)];
    const [inner, outer] = [ring(0.94 * r), ring(r)];
    s.sheet(outer, PAINT.rubber);
    for (let i = 0; i < 4; i++) s.sheet([inner[i], inner[(i + 1) % 4], outer[(i + 1) % 4], outer[i]] as Point[], PAINT.rubber);
  }
  return s.geometry();
}

/** Makes the heap of a load in the lowered body, `fill` of the rated payload, in the frame of the truck. */
export function load(fill: number, bodyAngle: number): THREE.BufferGeometry {
  const [x0, x1, half] = [TAIL[0] + 0.25, WALL[0] - 0.04, INNER - 0.01];
  // As the body rises, the load slides to the tail.
  const slide = Math.min(1, Math.max(0, bodyAngle / 0.8));
  const middle = (x0 + x1) / 2 + 0.35 - slide * 1.6;
  const top = 0.25 + 1.75 * Math.min(fill, 1.2);
  const height = (x: number, y: number): number => {
    const heap = top - 0.42 * Math.hypot(0.62 * (x - middle), 0.95 * y);
    const lump = 0.05 * (Math.sin(7.1 * x + 1.3 * y) * Math.cos(5.3 * y - 2.2 * x) + 0.5 * Math.sin(13.7 * x - 9.1 * y));
    const base = LOW[1] + heap + lump * Math.min(fill, 1);
    const wall = (half - Math.abs(y)) / half;
    const edge = Math.min(1, Math.max(0, wall / 0.14));
    const under = Math.min(base, sideTop(x) - 0.12 + 1.3 * wall * half);
    return floor(x) + Math.max(under - floor(x), 0) * (0.55 + 0.45 * edge);
  };
  const s = new Solid();
  const [rows, columns] = [27, 17];
  s.surface(rows, columns, (i, j) => {
    const [x, y] = [x0 + ((x1 - x0) * i) / (rows - 1), -half + (2 * half * j) / (columns - 1)];
    return [x, y, height(x, y) + 0.012];
  }, (p) => {
    const shade = 1 + 0.2 * Math.sin(11.3 * p[0] + 3.7 * p[1]) * Math.cos(9.1 * p[1] - 4.3 * p[0]);
    return new THREE.Color(PAINT.rock).multiplyScalar(shade).getHex();
  });
  return s.geometry();
}

/** Makes the mesh of a load; its geometry follows later. */
export function loadMesh(): THREE.Mesh {
  const mesh = new THREE.Mesh(new THREE.BufferGeometry(), loose);
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  return mesh;
}
