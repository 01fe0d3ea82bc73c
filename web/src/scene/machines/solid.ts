// A builder of faceted solids with a colour for each face. Shapes are given in the body frame of a machine (x forward,
// y left, z up, metres). The meshes are in the frame of glTF files here: x forward, y up, z to the right.

import * as THREE from "three";

export type Point = [number, number, number];

/** Paints, as sRGB. */
export const PAINT = {
  yellow: 0xe6a817,
  steel: 0x4b4c50,
  bright: 0xa9abad,
  rubber: 0x232325,
  glass: 0x1d2c38,
  lamp: 0xfbf6e0,
  blue: 0x1e6fe0,
  rock: 0x7f7365,
  white: 0xe8e8e4,
  orange: 0xe06a1c,
  tank: 0x2f6fa8,
  concrete: 0x9b978f,
} as const;

/** Shared material of painted machines. */
export const painted = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.62, metalness: 0.08 });
/** Shared material of loose rock. */
export const loose = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 1, metalness: 0 });

export class Solid {
  private readonly positions: number[] = [];
  private readonly colours: number[] = [];

  /** Adds a flat convex face, its points anticlockwise as seen from outside. */
  face(points: Point[], paint: number): this {
    const colour = new THREE.Color(paint);
    for (let k = 1; k < points.length - 1; k++) {
      for (const [x, y, z] of [points[0] as Point, points[k] as Point, points[k + 1] as Point]) {
        this.positions.push(x, z, -y);
        this.colours.push(colour.r, colour.g, colour.b);
      }
    }
    return this;
  }

  /** Adds a face that is seen from both sides. */
  sheet(points: Point[], paint: number): this {
    return this.face(points, paint).face([...points].reverse(), paint);
  }

  /** Adds a body with eight corners: the lower four anticlockwise from above, then the four above them. */
  block(lower: Point[], upper: Point[], paint: number): this {
    this.face([...lower].reverse(), paint).face(upper, paint);
    for (let i = 0; i < 4; i++) {
      const j = (i + 1) % 4;
      this.face([lower[i], lower[j], upper[j], upper[i]] as Point[], paint);
    }
    return this;
  }

  /** Adds a box between two opposite corners. */
  box(a: Point, b: Point, paint: number): this {
    const [x0, y0, z0] = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])];
    const [x1, y1, z1] = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];
    const ring = (z: number): Point[] => [[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]];
    return this.block(ring(z0), ring(z1), paint);
  }

  /** Adds a plate: an outline in x and z, anticlockwise as seen from the right, from one y to another. */
  plate(outline: [number, number][], ya: number, yb: number, paint: number): this {
    const [y0, y1] = [Math.min(ya, yb), Math.max(ya, yb)];
    this.face(outline.map(([x, z]) => [x, y0, z]), paint).face([...outline].reverse().map(([x, z]) => [x, y1, z]), paint);
    outline.forEach(([px, pz], i) => {
      const [qx, qz] = outline[(i + 1) % outline.length] as [number, number];
      this.face([[qx, y0, qz], [px, y0, pz], [px, y1, pz], [qx, y1, qz]], paint);
    });
    return this;
  }

  /** Adds a round bar whose radius may change. */
  bar(a: Point, b: Point, radius: number, paint: number, end = radius, sides = 14): this {
    const [from, to] = [new THREE.Vector3(...a), new THREE.Vector3(...b)];
    const axis = to.clone().sub(from).normalize();
    const other = Math.abs(axis.z) < 0.9 ? new THREE.Vector3(0, 0, 1) : new THREE.Vector3(1, 0, 0);
    const u = axis.clone().cross(other).normalize();
    const v = axis.clone().cross(u);
    const around = (centre: THREE.Vector3, r: number, k: number): Point => {
      const turn = (2 * Math.PI * k) / sides;
      return centre.clone().addScaledVector(u, r * Math.cos(turn)).addScaledVector(v, r * Math.sin(turn)).toArray();
    };
    const ring = (centre: THREE.Vector3, r: number): Point[] => Array.from({ length: sides }, (_, k) => around(centre, r, k));
    const [low, high] = [ring(from, radius), ring(to, end)];
    for (let k = 0; k < sides; k++) {
      const next = (k + 1) % sides;
      this.face([low[k], low[next], high[next], high[k]] as Point[], paint);
    }
    return this.face([...low].reverse(), paint).face(high, paint);
  }

  /** Adds a body of revolution about the y axis: radius, y and the paint of the section that begins there. */
  turned(profile: [number, number, number][], sides: number): this {
    for (let p = 0; p + 1 < profile.length; p++) {
      const [r0, y0, paint] = profile[p] as [number, number, number];
      const [r1, y1] = profile[p + 1] as [number, number, number];
      for (let k = 0; k < sides; k++) {
        const at = (r: number, y: number, n: number): Point => {
          const t = (2 * Math.PI * n) / sides;
          return [r * Math.cos(t), y, r * Math.sin(t)];
        };
        this.face([at(r0, y0, k), at(r1, y1, k), at(r1, y1, k + 1), at(r0, y0, k + 1)], paint);
      }
    }
    return this;
  }

  /** Adds a surface through a grid of points. */
  surface(rows: number, columns: number, at: (i: number, j: number) => Point, paint: (p: Point) => number): this {
    for (let i = 0; i + 1 < rows; i++) {
      for (let j = 0; j + 1 < columns; j++) {
        const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
        this.face(corners, paint(corners[0] as Point));
      }
    }
    return this;
  }

  geometry(): THREE.BufferGeometry {
    const made = new THREE.BufferGeometry();
    made.setAttribute("position", new THREE.Float32BufferAttribute(this.positions, 3));
    made.setAttribute("color", new THREE.Float32BufferAttribute(this.colours, 3));
    made.computeVertexNormals();
    return made;
  }

  mesh(name: string, material: THREE.Material = painted): THREE.Mesh {
    const mesh = new THREE.Mesh(this.geometry(), material);
    mesh.name = name;
    mesh.castShadow = true;
    mesh.receiveShadow = true;
    return mesh;
  }
}
