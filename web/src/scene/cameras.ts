// Cameras: free orbit, orbit around a truck, chase, from above. None goes under the ground.

import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { MapLayer } from "../recording/map_layer.ts";

export type CameraMode = "orbit" | "follow" | "chase" | "above";
export const CAMERA_MODES: readonly CameraMode[] = ["orbit", "follow", "chase", "above"];

/** Least height of a camera over the ground, m. */
const CLEARANCE = 2.5;

/** A machine that a camera follows, in the local frame. */
export interface Followed {
  position: THREE.Vector3;
  heading: number;
}

export class Cameras {
  readonly camera = new THREE.PerspectiveCamera(48, 1, 0.5, 30_000);
  readonly controls: OrbitControls;
  mode: CameraMode = "follow";
  private last: THREE.Vector3 | undefined;
  private readonly map: MapLayer;
  private readonly origin: THREE.Vector3;
  private chaseHeading: number | undefined;

  constructor(element: HTMLElement, map: MapLayer, origin: THREE.Vector3) {
    this.map = map;
    this.origin = origin;
    this.camera.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.camera, element);
    this.controls.enableDamping = true;
    this.controls.dampingFactor = 0.12;
    this.controls.maxPolarAngle = Math.PI * 0.495;
    this.controls.minDistance = 6;
    this.controls.maxDistance = 6_000;
    this.controls.zoomSpeed = 1.4;
    this.controls.screenSpacePanning = false;
    // Moving the ground by hand leaves the followed machine.
    this.controls.addEventListener("start", () => {
      if (this.mode === "chase") this.set("follow");
    });
    this.overview();
  }

  /** Shows the whole mine. */
  overview(): void {
    const { x0, y0, x1, y1 } = this.map.bounds;
    const reach = Math.hypot(x1 - x0, y1 - y0);
    const centre = this.local((x0 + x1) / 2, (y0 + y1) / 2);
    this.controls.target.copy(centre);
    this.camera.position.copy(centre).add(new THREE.Vector3(-0.32, -0.52, 0.42).multiplyScalar(reach));
    this.mode = "orbit";
    this.last = undefined;
  }

  set(mode: CameraMode): void {
    this.mode = mode;
    this.last = undefined;
    this.chaseHeading = undefined;
  }

  /** Looks at a point of the mine. */
  lookAt(x: number, y: number): void {
    const to = this.local(x, y);
    this.camera.position.add(to.clone().sub(this.controls.target));
    this.controls.target.copy(to);
    if (this.mode !== "above") this.set("orbit");
  }

  update(followed: Followed | undefined, seconds: number): void {
    const { camera, controls } = this;
    const target = followed?.position.clone().add(new THREE.Vector3(0, 0, 2.5));
    if (this.mode === "chase" && target !== undefined && followed !== undefined) {
      const heading = this.chaseHeading ?? followed.heading;
      const turn = Math.atan2(Math.sin(followed.heading - heading), Math.cos(followed.heading - heading));
      this.chaseHeading = heading + turn * (1 - Math.exp(-seconds * 1.6));
      const back = new THREE.Vector3(Math.cos(this.chaseHeading), Math.sin(this.chaseHeading), 0).multiplyScalar(-27);
      camera.position.copy(target).add(back).add(new THREE.Vector3(0, 0, 9.5));
      controls.target.copy(target);
    } else if (this.mode === "above") {
      if (target !== undefined) {
        controls.target.copy(target);
        const height = Math.max(60, this.last === undefined ? 260 : camera.position.z - target.z);
        camera.position.set(target.x, target.y - 0.01 * height, target.z + height);
        this.last = target;
      }
    } else if (this.mode === "follow" && target !== undefined) {
      if (this.last === undefined) {
        const near = camera.position.distanceTo(target) < 250;
        const way = near ? camera.position.clone().sub(controls.target) : new THREE.Vector3(Math.cos(followed?.heading ?? 0), Math.sin(followed?.heading ?? 0), 0).multiplyScalar(18).add(new THREE.Vector3(-14 * Math.sin(followed?.heading ?? 0), 14 * Math.cos(followed?.heading ?? 0), 9));
        controls.target.copy(target);
        camera.position.copy(target).add(way);
      } else {
        const moved = target.clone().sub(this.last);
        camera.position.add(moved);
        controls.target.add(moved);
      }
      this.last = target;
    }
    controls.enableRotate = this.mode !== "above";
    controls.update();
    const floor = this.map.height(camera.position.x + this.origin.x, camera.position.y + this.origin.y) - this.origin.z + CLEARANCE;
    if (camera.position.z < floor) {
      camera.position.z = floor;
      camera.lookAt(controls.target);
    }
  }

  private local(x: number, y: number): THREE.Vector3 {
    return new THREE.Vector3(x, y, this.map.height(x, y)).sub(this.origin);
  }
}
