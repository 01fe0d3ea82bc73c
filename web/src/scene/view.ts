// The 3D view of a run.

import * as THREE from "three";
import { colourOf, PLACE_COLOUR } from "../palette.ts";
import type { MapLayer } from "../recording/map_layer.ts";
import type { RunData, Weather } from "../timeline/run.ts";
import { Cameras, type Followed } from "./cameras.ts";
import { ground, type Ground } from "./ground.ts";
import { type Label, Labels } from "./labels.ts";
import { Machines } from "./machines.ts";
import type { Models } from "./models.ts";
import { Paths } from "./paths.ts";
import { CLEAR, Sky } from "./sky.ts";

/** Choices of what is drawn. */
export interface Shown {
  paths: boolean;
  labels: boolean;
}

/** Makes a renderer; throws an error with a sentence if the browser has no WebGL 2. */
export function makeRenderer(canvas: HTMLCanvasElement): { renderer: THREE.WebGLRenderer; inSoftware: boolean } {
  const options: WebGLContextAttributes = { alpha: false, antialias: true, powerPreference: "high-performance" };
  const context = canvas.getContext("webgl2", options) as WebGL2RenderingContext | null;
  if (context === null) throw new Error("no WebGL 2");
  const renderer = new THREE.WebGLRenderer({ canvas, context, antialias: true });
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = info === null ? "" : String(context.getParameter(info.UNMASKED_RENDERER_WEBGL));
  const inSoftware = /swiftshader|llvmpipe|software|basic render/i.test(name);
  renderer.toneMapping = THREE.ACESFilmicToneMapping;
  renderer.toneMappingExposure = 0.82;
  renderer.shadowMap.type = THREE.PCFShadowMap;
  return { renderer, inSoftware };
}

/** The view of one mine. */
export class View {
  readonly cameras: Cameras;
  readonly shown: Shown = { paths: true, labels: true };
  private readonly scene = new THREE.Scene();
  private readonly machines: Machines;
  private readonly paths: Paths;
  private readonly sky: Sky;
  private readonly ground: Ground;
  private readonly labels: Labels;
  private readonly places: Label[];
  private readonly ring: THREE.Mesh;
  private readonly origin: THREE.Vector3;
  private lens = "";
  private readonly renderer: THREE.WebGLRenderer;

  constructor(renderer: THREE.WebGLRenderer, canvas: HTMLCanvasElement, labels: HTMLElement, map: MapLayer, models: Models, fine: boolean, onTruck: (id: number) => void) {
    this.renderer = renderer;
    const { x0, y0, x1, y1 } = map.bounds;
    this.origin = new THREE.Vector3((x0 + x1) / 2, (y0 + y1) / 2, map.low);
    renderer.shadowMap.enabled = fine;
    this.sky = new Sky(this.scene, fine);
    this.ground = ground(map, this.origin, !fine);
    this.machines = new Machines(models, this.origin, map);
    this.paths = new Paths(map, this.origin);
    this.cameras = new Cameras(canvas, map, this.origin);
    this.labels = new Labels(labels, (key) => onTruck(Number(key.slice(1))));
    this.ring = selectionRing();
    this.scene.add(this.ground.object, this.machines.object, this.paths.object, this.ring);
    this.places = map.places.map((place) => {
      const at = place.machine ?? place.spots[0] ?? place.queue[0] ?? { x: this.origin.x, y: this.origin.y };
      const lift = place.machine === undefined ? 4 : 12;
      return { key: `p${place.id}`, text: place.id, colour: PLACE_COLOUR[place.kind] ?? "#888", kind: "place" as const, position: new THREE.Vector3(at.x, at.y, map.height(at.x, at.y) + lift).sub(this.origin) };
    });
  }

  /** Room that panels cover at the sides and the bottom, pixels: the middle of the picture lies beside them. */
  covered = { left: 0, right: 0, bottom: 0 };

  /** Draws the run at a time. `seconds` is the wall time since the last picture. */
  draw(run: RunData, t: number, selected: number | undefined, width: number, height: number, seconds: number): void {
    const weather: Weather = run.weather.at(t) ?? CLEAR;
    this.sky.weather(weather);
    this.ground.uniforms.wetness.value = weather.wetness;
    this.ground.uniforms.snow.value = weather.snow_depth_m;
    this.machines.draw(run, t);
    this.paths.object.visible = this.shown.paths;
    if (this.shown.paths) this.paths.draw(run, t);
    const motion = selected === undefined ? undefined : run.trucks.get(selected)?.at(t);
    let followed: Followed | undefined;
    this.ring.visible = motion !== undefined && this.cameras.mode !== "chase";
    if (motion !== undefined) {
      const position = new THREE.Vector3(motion.x, motion.y, motion.z).sub(this.origin);
      const turn = new THREE.Quaternion(motion.qx, motion.qy, motion.qz, motion.qw);
      const ahead = new THREE.Vector3(1, 0, 0).applyQuaternion(turn);
      followed = { position: position.clone().addScaledVector(ahead, 2.3), heading: Math.atan2(ahead.y, ahead.x) };
      this.ring.position.copy(followed.position);
      this.ring.quaternion.copy(turn);
      (this.ring.material as THREE.MeshBasicMaterial).color.set(colourOf(selected ?? 1));
    }
    this.cameras.update(followed, seconds);
    const { camera, controls } = this.cameras;
    const aside = Math.round((this.covered.right - this.covered.left) / 2);
    const down = Math.round(this.covered.bottom / 2);
    const lens = `${width} ${height} ${aside} ${down}`;
    if (lens !== this.lens) {
      this.lens = lens;
      camera.aspect = width / Math.max(1, height);
      camera.setViewOffset(width, height, aside, down, width, height);
    }
    this.sky.follow(camera.position, followed?.position ?? controls.target, t);
    this.renderer.render(this.scene, camera);
    this.labels.draw(this.shown.labels ? [...this.truckLabels(run, t), ...this.places] : [], camera, width, height);
  }

  /** Returns the truck under a point of the picture, given from −1 to 1. */
  pick(x: number, y: number): number | undefined {
    const ray = new THREE.Raycaster();
    ray.setFromCamera(new THREE.Vector2(x, y), this.cameras.camera);
    let best: { id: number; away: number } | undefined;
    for (const [id, group] of this.machines.pickable) {
      // The sphere around the truck first: meshes are many.
      const centre = group.position.clone().add(new THREE.Vector3(0, 0, 2.5));
      if (ray.ray.distanceToPoint(centre) > 8) continue;
      const away = ray.ray.origin.distanceTo(centre);
      if (best === undefined || away < best.away) best = { id, away };
    }
    return best?.id;
  }

  dispose(): void {
    this.cameras.controls.dispose();
    this.ground.dispose();
    this.labels.draw([], this.cameras.camera, 1, 1);
  }

  private truckLabels(run: RunData, t: number): Label[] {
    const labels: Label[] = [];
    for (const truck of run.trucks.values()) {
      const motion = truck.at(t);
      if (motion === undefined) continue;
      const position = new THREE.Vector3(motion.x, motion.y, motion.z + 7.5).sub(this.origin);
      labels.push({ key: `T${truck.id}`, text: `T${truck.id}`, colour: colourOf(truck.id), kind: "truck", position });
    }
    return labels;
  }
}

function selectionRing(): THREE.Mesh {
  const mesh = new THREE.Mesh(
    new THREE.RingGeometry(7.45, 7.7, 96),
    new THREE.MeshBasicMaterial({ transparent: true, opacity: 0.75, depthWrite: false, side: THREE.DoubleSide, polygonOffset: true, polygonOffsetFactor: -4, fog: false }),
  );
  mesh.renderOrder = 3;
  // Over the ruts of the road.
  mesh.geometry.translate(0, 0, 0.35);
  return mesh;
}
