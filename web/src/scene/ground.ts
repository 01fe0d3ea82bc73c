// The ground of the mine: chunks of the height grid, shaded by slope, height and use, and land around it up to the
// horizon.

import * as THREE from "three";
import type { MapLayer } from "../recording/map_layer.ts";
import { useMask } from "./use_mask.ts";

/** Cells of a chunk along one side. */
const CHUNK = 64;
/** Distance to which the land around the mine reaches, m. */
export const HORIZON = 9_000;

/** Wetness, snow and dust that the shaders show. */
export interface GroundUniforms {
  wetness: { value: number };
  snow: { value: number };
}

/** Ground, and what its shader is told about the weather. */
export interface Ground {
  object: THREE.Group;
  uniforms: GroundUniforms;
  dispose(): void;
}

/** Makes the ground around a local origin. `coarse` takes every second node, for software renderers. */
export function ground(map: MapLayer, origin: THREE.Vector3, coarse: boolean): Ground {
  const group = new THREE.Group();
  const uniforms: GroundUniforms = { wetness: { value: 0 }, snow: { value: 0 } };
  const mask = useMask(map);
  const material = groundMaterial(map, origin, mask, uniforms, coarse);
  const stride = coarse && map.grid.columns * map.grid.rows > 90_000 ? 2 : 1;
  const { columns, rows } = map.grid;
  const span = CHUNK * stride;
  for (let j = 0; j < rows - 1; j += span) {
    for (let i = 0; i < columns - 1; i += span) {
      const mesh = new THREE.Mesh(chunk(map, origin, i, j, Math.min(i + span, columns - 1), Math.min(j + span, rows - 1), stride), material);
      mesh.receiveShadow = true;
      mesh.castShadow = true;
      group.add(mesh);
    }
  }
  const land = new THREE.Mesh(surroundings(map, origin), material);
  land.receiveShadow = false;
  group.add(land);
  return {
    object: group,
    uniforms,
    dispose: () => {
      group.traverse((o) => o instanceof THREE.Mesh && o.geometry.dispose());
      material.dispose();
      mask.dispose();
    },
  };
}

function slopeNormal(map: MapLayer, i: number, j: number, reach: number): THREE.Vector3 {
  const { columns, rows, spacing } = map.grid;
  const at = (a: number, b: number): number => map.heights[Math.min(Math.max(b, 0), rows - 1) * columns + Math.min(Math.max(a, 0), columns - 1)] as number;
  const gx = (at(i + reach, j) - at(i - reach, j)) / (2 * reach * spacing);
  const gy = (at(i, j + reach) - at(i, j - reach)) / (2 * reach * spacing);
  return new THREE.Vector3(-gx, -gy, 1).normalize();
}

function steps(from: number, to: number, stride: number): number[] {
  const all = [];
  for (let k = from; k < to; k += stride) all.push(k);
  all.push(to);
  return all;
}

function chunk(map: MapLayer, origin: THREE.Vector3, i0: number, j0: number, i1: number, j1: number, stride: number): THREE.BufferGeometry {
  const { x, y, spacing, columns } = map.grid;
  const [is, js] = [steps(i0, i1, stride), steps(j0, j1, stride)];
  const positions = new Float32Array(is.length * js.length * 3);
  const normals = new Float32Array(positions.length);
  let at = 0;
  for (const j of js) {
    for (const i of is) {
      positions[at] = x + i * spacing - origin.x;
      positions[at + 1] = y + j * spacing - origin.y;
      positions[at + 2] = (map.heights[j * columns + i] as number) - origin.z;
      slopeNormal(map, i, j, stride).toArray(normals, at);
      at += 3;
    }
  }
  const indices: number[] = [];
  for (let b = 0; b < js.length - 1; b++) {
    for (let a = 0; a < is.length - 1; a++) {
      const k = b * is.length + a;
      const [p, q, r, s] = [k, k + 1, k + is.length, k + is.length + 1];
      // The diagonal joins the two nodes that are nearer in height: crests and toes stay sharp.
      const z = (n: number): number => positions[3 * n + 2] as number;
      if (Math.abs(z(p) - z(s)) <= Math.abs(z(q) - z(r))) indices.push(p, q, s, p, s, r);
      else indices.push(p, q, r, q, s, r);
    }
  }
  return geometry(positions, normals, indices);
}

function geometry(positions: Float32Array, normals: Float32Array, indices: number[]): THREE.BufferGeometry {
  const made = new THREE.BufferGeometry();
  made.setAttribute("position", new THREE.BufferAttribute(positions, 3));
  made.setAttribute("normal", new THREE.BufferAttribute(normals, 3));
  made.setIndex(indices);
  made.computeBoundingSphere();
  return made;
}

/** Land outside the surveyed ground: rings that leave its rim and roll away to the horizon. */
function surroundings(map: MapLayer, origin: THREE.Vector3): THREE.BufferGeometry {
  const { x0, y0, x1, y1 } = map.bounds;
  const rim: [number, number][] = [];
  const parts = 48;
  for (let k = 0; k < parts; k++) rim.push([x0 + ((x1 - x0) * k) / parts, y0]);
  for (let k = 0; k < parts; k++) rim.push([x1, y0 + ((y1 - y0) * k) / parts]);
  for (let k = 0; k < parts; k++) rim.push([x1 - ((x1 - x0) * k) / parts, y1]);
  for (let k = 0; k < parts; k++) rim.push([x0, y1 - ((y1 - y0) * k) / parts]);
  const heights = rim.map(([x, y]) => map.height(x, y));
  const level = heights.reduce((a, b) => a + b, 0) / heights.length;
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const reaches = [0, 40, 120, 300, 700, 1500, 3000, 5500, HORIZON];
  const positions: number[] = [];
  for (const reach of reaches) {
    for (let k = 0; k < rim.length; k++) {
      const [x, y] = rim[k] as [number, number];
      const away = Math.hypot(x - cx, y - cy) || 1;
      const [px, py] = [x + ((x - cx) / away) * reach, y + ((y - cy) / away) * reach];
      const share = Math.min(1, reach / 700);
      const hills = share * (26 * Math.sin(px / 430 + 1.3) * Math.cos(py / 510) + 60 * Math.max(0, reach / HORIZON) * Math.sin(px / 1900 + 0.4) * Math.sin(py / 1700 + 2));
      positions.push(px - origin.x, py - origin.y, (heights[k] as number) * (1 - share) + level * share + hills - origin.z);
    }
  }
  const indices: number[] = [];
  for (let ring = 0; ring < reaches.length - 1; ring++) {
    for (let k = 0; k < rim.length; k++) {
      const next = (k + 1) % rim.length;
      const [a, b] = [ring * rim.length + k, ring * rim.length + next];
      const [c, d] = [a + rim.length, b + rim.length];
      indices.push(a, c, b, b, c, d);
    }
  }
  const made = new THREE.BufferGeometry();
  made.setAttribute("position", new THREE.Float32BufferAttribute(positions, 3));
  made.setIndex(indices);
  made.computeVertexNormals();
  return made;
}

/** Colours come from slope, height and use; detail from noise in the site frame, which never repeats. */
function groundMaterial(map: MapLayer, origin: THREE.Vector3, mask: THREE.Texture, uniforms: GroundUniforms, coarse: boolean): THREE.MeshStandardMaterial {
  const { x0, y0, x1, y1 } = map.bounds;
  const material = new THREE.MeshStandardMaterial({ roughness: 0.96, metalness: 0 });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, {
      useMask: { value: mask },
      maskOrigin: { value: new THREE.Vector2(x0 - origin.x, y0 - origin.y) },
      maskSize: { value: new THREE.Vector2(x1 - x0, y1 - y0) },
      heights: { value: new THREE.Vector2(map.low - origin.z, Math.max(map.high - origin.z, map.low - origin.z + 1)) },
      wetness: uniforms.wetness,
      snow: uniforms.snow,
    });
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying vec3 sitePoint;\nvarying vec3 siteNormal;")
      .replace("#include <begin_vertex>", "#include <begin_vertex>\nsitePoint = position;\nsiteNormal = normal;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n#define OCTAVES ${coarse ? 2 : 4}\n${GROUND_FUNCTIONS}`)
      .replace("#include <color_fragment>", GROUND_COLOUR)
      .replace("#include <roughnessmap_fragment>", "float roughnessFactor = mix(0.97, 0.32, groundWet);")
      .replace("#include <normal_fragment_maps>", coarse ? "" : GROUND_NORMAL);
  };
  return material;
}

const GROUND_FUNCTIONS = /* glsl */ `
varying vec3 sitePoint;
varying vec3 siteNormal;
uniform sampler2D useMask;
uniform vec2 maskOrigin;
uniform vec2 maskSize;
uniform vec2 heights;
uniform float wetness;
uniform float snow;
float hash(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * 0.1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}
float noise(vec2 p) {
  vec2 cell = floor(p);
  vec2 f = fract(p);
  vec2 u = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(cell), hash(cell + vec2(1.0, 0.0)), u.x), mix(hash(cell + vec2(0.0, 1.0)), hash(cell + vec2(1.0, 1.0)), u.x), u.y);
}
float fractal(vec2 p) {
  float sum = 0.0;
  float share = 0.5;
  for (int k = 0; k < OCTAVES; k++) {
    sum += share * noise(p);
    p = mat2(0.8, 0.6, -0.6, 0.8) * p * 2.03 + 17.3;
    share *= 0.5;
  }
  return sum / (1.0 - pow(0.5, float(OCTAVES)));
}
// Noise of a surface: in plan on level ground, along the wall on steep ground, so that walls show no streaks.
float surfaceNoise(vec3 p, vec3 share) {
  float sum = share.z * fractal(p.xy);
  if (share.x > 0.02) sum += share.x * fractal(p.yz * vec2(1.0, 1.6) + 31.0);
  if (share.y > 0.02) sum += share.y * fractal(p.xz * vec2(1.0, 1.6) + 57.0);
  return sum;
}
vec3 wallShare(vec3 n) {
  vec3 s = pow(abs(n), vec3(4.0));
  return s / (s.x + s.y + s.z);
}
`;

const GROUND_COLOUR = /* glsl */ `
vec2 maskAt = (sitePoint.xy - maskOrigin) / maskSize;
vec4 use = texture2D(useMask, maskAt);
float inside = step(0.0, maskAt.x) * step(maskAt.x, 1.0) * step(0.0, maskAt.y) * step(maskAt.y, 1.0);
use *= inside;
float flatness = normalize(siteNormal).z;
float steep = 1.0 - smoothstep(0.80, 0.95, flatness);
float broad = fractal(sitePoint.xy * 0.011);
vec3 share = wallShare(normalize(siteNormal));
float fine = surfaceNoise(sitePoint * 0.23, share);
float level = clamp((sitePoint.z - heights.x) / (heights.y - heights.x), 0.0, 1.0);
// Strata show on faces: bands of rock by height, bent a little.
float band = noise(vec2((sitePoint.z + 5.0 * broad) * 0.42, 3.0)) * 0.65 + noise(vec2(sitePoint.z * 1.7, 9.0)) * 0.35;
vec3 rock = mix(vec3(0.150, 0.122, 0.105), vec3(0.340, 0.262, 0.200), band);
vec3 bench = mix(vec3(0.285, 0.222, 0.155), vec3(0.385, 0.312, 0.225), broad);
vec3 land = mix(vec3(0.150, 0.165, 0.075), vec3(0.330, 0.270, 0.160), smoothstep(0.32, 0.68, broad));
vec3 earth = mix(bench, land, smoothstep(0.70, 0.98, level) * (1.0 - use.r));
vec3 road = mix(vec3(0.370, 0.325, 0.265), vec3(0.450, 0.400, 0.330), broad);
road = mix(road, vec3(0.215, 0.185, 0.150), 0.85 * use.g * (0.5 + 0.5 * fine));
road = mix(road, vec3(0.200, 0.180, 0.160), 0.6 * use.b);
vec3 tint = mix(earth, road, use.r);
tint = mix(tint, rock, steep);
tint *= 0.80 + 0.40 * fine;
float groundWet = wetness * (0.55 + 0.45 * smoothstep(0.35, 0.65, broad)) * (1.0 - 0.5 * steep);
tint *= mix(1.0, 0.52, groundWet);
float lying = smoothstep(0.0, 0.08, snow) * smoothstep(0.66, 0.86, flatness + 0.16 * (fine - 0.5)) * (1.0 - 0.75 * use.g);
tint = mix(tint, vec3(0.86, 0.89, 0.93), lying);
groundWet *= 1.0 - lying;
diffuseColor.rgb = tint;
`;

const GROUND_NORMAL = /* glsl */ `
{
  float near = clamp(1.0 - length(vViewPosition) / 260.0, 0.0, 1.0);
  if (near > 0.0) {
    float s = 0.12;
    vec3 p = sitePoint * 1.7;
    float here = surfaceNoise(p, share);
    vec3 slope = vec3(surfaceNoise(p + vec3(s, 0.0, 0.0), share), surfaceNoise(p + vec3(0.0, s, 0.0), share), surfaceNoise(p + vec3(0.0, 0.0, s), share)) - here;
    vec3 unit = normalize(siteNormal);
    slope = (slope - unit * dot(slope, unit)) / s;
    vec3 bent = normalize(unit - slope * near * mix(mix(0.34, 0.16, use.r), 0.85, steep) * (1.0 - 0.7 * groundWet));
    normal = normalize((viewMatrix * vec4(bent, 0.0)).xyz);
  }
}
`;
