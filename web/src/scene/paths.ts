// Planned paths as ribbons on the ground: driven behind the truck, granted ahead of it, not yet granted beyond.

import * as THREE from "three";
import type { MapLayer } from "../recording/map_layer.ts";
import type { RunData } from "../timeline/run.ts";
import { colourOf } from "../palette.ts";

const WIDTH = 1.5;
const LIFT = 0.3;

interface Ribbon {
  mesh: THREE.Mesh<THREE.BufferGeometry, THREE.ShaderMaterial>;
  index: number;
}

export class Paths {
  readonly object = new THREE.Group();
  /** Draws only the path of this truck; all of them while it is undefined. */
  only: number | undefined;
  private readonly ribbons = new Map<number, Ribbon>();
  private readonly map: MapLayer;
  private readonly origin: THREE.Vector3;

  constructor(map: MapLayer, origin: THREE.Vector3) {
    this.map = map;
    this.origin = origin;
  }

  draw(run: RunData, t: number): void {
    for (const truck of run.trucks.values()) {
      const index = truck.paths.index(t);
      let ribbon = this.ribbons.get(truck.id);
      if (ribbon === undefined) {
        if (index < 0) continue;
        ribbon = { mesh: new THREE.Mesh(new THREE.BufferGeometry(), material(colourOf(truck.id))), index: -1 };
        ribbon.mesh.renderOrder = 2;
        ribbon.mesh.frustumCulled = false;
        this.ribbons.set(truck.id, ribbon);
        this.object.add(ribbon.mesh);
      }
      const points = truck.paths.entry(index)?.[1];
      if (ribbon.index !== index) {
        ribbon.index = index;
        ribbon.mesh.geometry.dispose();
        ribbon.mesh.geometry = this.ribbon(points ?? new Float32Array());
      }
      ribbon.mesh.visible = points !== undefined && points.length >= 4 && (this.only === undefined || this.only === truck.id);
      const uniforms = ribbon.mesh.material.uniforms as Record<string, { value: number }>;
      (uniforms.reached as { value: number }).value = truck.quantity("station_m", t) ?? 0;
      (uniforms.granted as { value: number }).value = truck.quantity("granted_m", t) ?? 1e9;
    }
  }

  private ribbon(points: Float32Array): THREE.BufferGeometry {
    const count = points.length / 2;
    const positions = new Float32Array(count * 6);
    const stations = new Float32Array(count * 2);
    const indices: number[] = [];
    let station = 0;
    for (let k = 0; k < count; k++) {
      const [x, y] = [points[2 * k] as number, points[2 * k + 1] as number];
      const [a, b] = [Math.max(0, k - 1), Math.min(count - 1, k + 1)];
      const [dx, dy] = [(points[2 * b] as number) - (points[2 * a] as number), (points[2 * b + 1] as number) - (points[2 * a + 1] as number)];
      const length = Math.hypot(dx, dy) || 1;
      if (k > 0) station += Math.hypot(x - (points[2 * k - 2] as number), y - (points[2 * k - 1] as number));
      for (const side of [0, 1]) {
        const off = (side - 0.5) * WIDTH;
        const [px, py] = [x - (dy / length) * off, y + (dx / length) * off];
        positions.set([px - this.origin.x, py - this.origin.y, this.map.height(px, py) + LIFT - this.origin.z], 6 * k + 3 * side);
        stations[2 * k + side] = station;
      }
      if (k > 0) indices.push(2 * k - 2, 2 * k - 1, 2 * k, 2 * k, 2 * k - 1, 2 * k + 1);
    }
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
    geometry.setAttribute("station", new THREE.BufferAttribute(stations, 1));
    geometry.setIndex(indices);
    return geometry;
  }
}

function material(colour: string): THREE.ShaderMaterial {
  return new THREE.ShaderMaterial({
    transparent: true,
    depthWrite: false,
    side: THREE.DoubleSide,
    polygonOffset: true,
    polygonOffsetFactor: -4,
    polygonOffsetUnits: -4,
    uniforms: { colour: { value: new THREE.Color(colour) }, reached: { value: 0 }, granted: { value: 1e9 } },
    vertexShader: "attribute float station; varying float at; void main() { at = station; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
    fragmentShader: /* glsl */ `
      uniform vec3 colour; uniform float reached; uniform float granted; varying float at;
      void main() {
        float driven = 1.0 - step(reached - 2.0, at);
        float free = step(granted, at);
        // Beyond the grant the ribbon is dashed.
        float dash = mix(1.0, step(0.5, fract(at / 7.0)), free);
        float alpha = mix(0.85, 0.16, driven) * mix(1.0, 0.55, free) * dash;
        gl_FragColor = vec4(colour, alpha);
        #include <colorspace_fragment>
      }`,
  });
}
