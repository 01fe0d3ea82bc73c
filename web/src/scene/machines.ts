// Trucks, shovels, vehicles and heaps of a run at one time.

import * as THREE from "three";
import type { MapLayer } from "../recording/map_layer.ts";
import type { Motion, RunData, Shovel, TruckTrack, Vehicle } from "../timeline/run.ts";
import { loose, PAINT, Solid } from "./machines/solid.ts";
import { load, loadMesh, TR100 } from "./machines/truck.ts";
import { crusher } from "./machines/vehicles.ts";
import { type Models, node } from "./models.ts";

const WHEELS = ["front_left", "front_right", "rear_left", "rear_right"] as const;

/** A drawn machine with the nodes that move. */
interface Drawn {
  group: THREE.Group;
  nodes: Map<string, THREE.Object3D>;
  /** Cylinders and rods, each with its other end. */
  pairs: [THREE.Object3D, THREE.Object3D][];
  /** Pose of the parts for which the cylinders were aimed last. */
  aimed?: number;
  wheels: THREE.Object3D[];
  load?: THREE.Mesh;
  loadKey?: string;
}

/** Machines of a run. */
export class Machines {
  readonly object = new THREE.Group();
  private readonly trucks = new Map<number, Drawn>();
  private readonly shovels = new Map<string, Drawn>();
  private readonly vehicles = new Map<string, Drawn>();
  private readonly heaps: THREE.Mesh[] = [];
  private heapsAt = -2;
  private drawnAt = 0;
  private readonly models: Models;
  private readonly origin: THREE.Vector3;
  private readonly map: MapLayer;

  constructor(models: Models, origin: THREE.Vector3, map: MapLayer) {
    this.models = models;
    this.origin = origin;
    this.map = map;
    for (const place of map.places) {
      const spot = place.spots[0];
      if (place.kind !== "crusher" || place.machine === undefined || spot === undefined) continue;
      // The lip of the hopper lies behind the tail of the truck on the spot.
      const { x, y } = place.machine;
      const away = Math.max(1e-6, Math.hypot(spot.x - x, spot.y - y));
      const share = Math.min(3, away) / away;
      const stands = new THREE.Group();
      if (models.fromFile.has("crusher")) {
        stands.add(models.make("crusher"));
      } else {
        const plant = crusher();
        plant.rotation.x = Math.PI / 2;
        stands.add(plant);
      }
      stands.position.set(x + (spot.x - x) * share, y + (spot.y - y) * share, map.height(spot.x, spot.y)).sub(origin);
      stands.rotation.z = spot.heading;
      this.object.add(stands);
    }
  }

  /** Draws the run at a time. */
  draw(run: RunData, t: number): void {
    const seconds = Math.max(-1, Math.min(1, t - this.drawnAt));
    this.drawnAt = t;
    for (const track of run.trucks.values()) this.truck(track, t);
    const shovels = run.shovels.at(t) ?? [];
    for (const shovel of shovels) this.shovel(shovel);
    hideOthers(this.shovels, new Set(shovels.map((s) => s.place)));
    const index = run.vehicles.index(t);
    const now = run.vehicles.entry(index);
    const next = run.vehicles.entry(index + 1);
    const vehicles = now?.[1] ?? [];
    for (const vehicle of vehicles) this.vehicle(between(vehicle, now, next, t), seconds);
    hideOthers(this.vehicles, new Set(vehicles.map((v) => v.name)));
    const heapsAt = run.heaps.index(t);
    if (heapsAt !== this.heapsAt) {
      this.heapsAt = heapsAt;
      this.drawHeaps(run.heaps.entry(heapsAt)?.[1] ?? []);
    }
  }

  /** Trucks that a ray may hit, by number. */
  get pickable(): Map<number, THREE.Group> {
    return new Map([...this.trucks].filter(([, d]) => d.group.visible).map(([id, d]) => [id, d.group]));
  }

  private drawn(kind: string, names: readonly string[]): Drawn {
    const group = this.models.make(kind);
    const nodes = new Map<string, THREE.Object3D>();
    for (const name of names) {
      const found = node(group, name);
      if (found !== undefined) nodes.set(name, found);
    }
    this.object.add(group);
    const wheels: THREE.Object3D[] = [];
    group.traverse((o) => o.name.startsWith("wheel_") && wheels.push(o));
    return { group, nodes, pairs: pairs(group), wheels };
  }

  private truck(track: TruckTrack, t: number): void {
    let drawn = this.trucks.get(track.id);
    const motion = track.at(t);
    if (motion === undefined) {
      if (drawn !== undefined) drawn.group.visible = false;
      return;
    }
    if (drawn === undefined) {
      drawn = this.drawn("truck", ["body", "load", ...WHEELS.flatMap((w) => [`wheel_${w}`, `steer_${w}`])]);
      drawn.load = loadMesh();
      const body = drawn.nodes.get("body");
      const holder = drawn.nodes.get("load") ?? body ?? drawn.group;
      // The load is shaped in the frame of the truck; its holder may lie at the hinge.
      if (drawn.nodes.has("load") || body === undefined) drawn.load.position.set(0, 0, 0);
      else drawn.load.position.copy(body.position).negate();
      holder.add(drawn.load);
      numberPlates(drawn.group, track.id);
      this.trucks.set(track.id, drawn);
    }
    const { group, nodes } = drawn;
    group.visible = true;
    group.position.set(motion.x, motion.y, motion.z).sub(this.origin);
    group.quaternion.set(motion.qx, motion.qy, motion.qz, motion.qw);
    const roll = -motion.travelled / TR100.tyreRadius;
    for (const w of WHEELS) {
      const wheel = nodes.get(`wheel_${w}`);
      const steer = nodes.get(`steer_${w}`);
      if (wheel !== undefined) wheel.rotation.z = roll;
      if (steer !== undefined && w.startsWith("front")) steer.rotation.y = motion.steering;
    }
    const body = nodes.get("body");
    if (body !== undefined) body.rotation.z = motion.body;
    if (drawn.aimed === undefined || Math.abs(drawn.aimed - motion.body) > 0.002) {
      drawn.aimed = motion.body;
      aim(drawn);
    }
    fill(drawn, motion);
  }

  private shovel(shovel: Shovel): void {
    let drawn = this.shovels.get(shovel.place);
    if (drawn === undefined) {
      drawn = this.drawn("shovel", ["house", "boom", "stick", "bucket", "ore", "heap"]);
      this.shovels.set(shovel.place, drawn);
    }
    const { group, nodes } = drawn;
    group.visible = true;
    group.position.set(shovel.x, shovel.y, shovel.z).sub(this.origin);
    group.rotation.z = shovel.heading;
    const set = (name: string, axis: "y" | "z", angle: number): void => {
      const found = nodes.get(name);
      if (found !== undefined) found.rotation[axis] = angle;
    };
    // The angles add up along the arm. The mouth of the bucket stays level while it carries rock.
    const stick = shovel.stick - Math.PI;
    set("house", "y", shovel.swing);
    set("boom", "z", shovel.boom);
    set("stick", "z", stick);
    set("bucket", "z", -(shovel.boom + stick) - shovel.bucket);
    aim(drawn);
    const ore = nodes.get("ore") ?? nodes.get("heap");
    if (ore !== undefined) {
      ore.visible = shovel.bucket_t > 0.3;
      ore.scale.y = Math.max(0.02, Math.min(1.2, shovel.bucket_t / 18));
    }
  }

  private vehicle(vehicle: Vehicle, seconds: number): void {
    let drawn = this.vehicles.get(vehicle.name);
    if (drawn === undefined) {
      drawn = this.drawn(vehicle.kind.replace(/ /g, "_"), []);
      this.vehicles.set(vehicle.name, drawn);
    }
    drawn.group.visible = true;
    for (const wheel of drawn.wheels) {
      const radius: unknown = wheel.userData.radius;
      if (typeof radius === "number" && radius > 0) wheel.rotation.z -= ((vehicle.speed_kmh / 3.6) * seconds) / radius;
    }
    drawn.group.position.set(vehicle.x, vehicle.y, vehicle.z).sub(this.origin);
    // It stands on the ground under its axles.
    const ahead = Math.max(1, vehicle.front * 0.75);
    const [c, s] = [Math.cos(vehicle.heading), Math.sin(vehicle.heading)];
    const rise = this.map.height(vehicle.x + ahead * c, vehicle.y + ahead * s) - this.map.height(vehicle.x, vehicle.y);
    drawn.group.rotation.set(0, -Math.max(-0.3, Math.min(0.3, Math.atan2(rise, ahead))), vehicle.heading, "ZYX");
  }

  private drawHeaps(heaps: { x: number; y: number; radius: number; height: number }[]): void {
    for (const old of this.heaps) {
      this.object.remove(old);
      old.geometry.dispose();
    }
    this.heaps.length = 0;
    for (const heap of heaps.slice(0, 400)) {
      const mesh = heapSolid(heap.radius, heap.height).mesh("heap", loose);
      mesh.rotation.x = Math.PI / 2;
      mesh.position.set(heap.x, heap.y, this.map.height(heap.x, heap.y)).sub(this.origin);
      this.heaps.push(mesh);
      this.object.add(mesh);
    }
  }
}

/** Sets the load of a truck; its shape is made again where the change can be seen. */
function fill(drawn: Drawn, motion: Motion): void {
  const mesh = drawn.load;
  if (mesh === undefined) return;
  const share = motion.payload / 1000 / TR100.payload_t;
  mesh.visible = share > 0.004;
  const key = `${Math.round(share * 40)} ${Math.round(motion.body * 20)}`;
  if (!mesh.visible || key === drawn.loadKey) return;
  drawn.loadKey = key;
  mesh.geometry.dispose();
  mesh.geometry = load(share, motion.body);
}

/** Finds cylinders and rods that point at each other: `extras.points_at` names the other end. */
function pairs(group: THREE.Group): [THREE.Object3D, THREE.Object3D][] {
  const found: [THREE.Object3D, THREE.Object3D][] = [];
  group.traverse((one) => {
    const name: unknown = one.userData.points_at;
    const other = typeof name === "string" ? group.getObjectByName(name) : undefined;
    if (other !== undefined) found.push([one, other]);
  });
  return found;
}

const ALONG = new THREE.Vector3(1, 0, 0);

/** Turns the x axis of each cylinder and rod towards its other end. */
function aim(drawn: Drawn): void {
  if (drawn.pairs.length === 0) return;
  drawn.group.updateMatrixWorld(true);
  for (const [one, other] of drawn.pairs) {
    const way = other.getWorldPosition(new THREE.Vector3());
    one.parent?.worldToLocal(way);
    way.sub(one.position);
    if (way.lengthSq() > 1e-6) one.quaternion.setFromUnitVectors(ALONG, way.normalize());
  }
}

/** Paints the number of a truck on the sides of its body. */
function numberPlates(group: THREE.Group, id: number): void {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [256, 128];
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.fillStyle = "#17181a";
  pen.font = "bold 104px 'DejaVu Sans', Arial, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(String(id), 128, 68, 240);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  const material = new THREE.MeshStandardMaterial({ map: texture, transparent: true, roughness: 0.7, polygonOffset: true, polygonOffsetFactor: -2 });
  const plate = new THREE.PlaneGeometry(1.7, 0.85);
  const upright = group.children[0];
  if (upright === undefined) return;
  const names = ["number_left", "number_right", "number_front"].map((n) => upright.getObjectByName(n));
  if (names.every((n) => n !== undefined)) {
    for (const [k, holder] of names.entries()) {
      const mesh = new THREE.Mesh(plate, material);
      mesh.rotation.y = k === 0 ? Math.PI : k === 1 ? 0 : Math.PI / 2;
      if (k === 2) mesh.scale.setScalar(0.6);
      holder?.add(mesh);
    }
    return;
  }
  const body = upright.getObjectByName("body");
  for (const side of [-1, 1]) {
    const mesh = new THREE.Mesh(plate, material);
    // glTF frame: the left side lies at negative z.
    mesh.position.set(0.9 - (body?.position.x ?? 0), 3.75 - (body?.position.y ?? 0), side * (0.465 * TR100.width + 0.02));
    if (side < 0) mesh.rotation.y = Math.PI;
    (body ?? upright).add(mesh);
  }
}

function heapSolid(radius: number, height: number): Solid {
  const side = 15;
  return new Solid().surface(side, side, (i, j) => {
    const along = (k: number): number => ((k / (side - 1)) * 2 - 1) * radius * 1.05;
    const [x, y] = [along(i), along(j)];
    const lump = 0.06 * Math.sin(3.1 * x) * Math.cos(2.7 * y);
    return [x, y, Math.max(-0.4, height * (1 - Math.hypot(x, y) / radius) * (1 + lump))];
  }, () => PAINT.rock);
}

function hideOthers(drawn: Map<string, Drawn>, shown: Set<string>): void {
  for (const [name, machine] of drawn) if (!shown.has(name)) machine.group.visible = false;
}

/** A vehicle between two messages. */
function between(vehicle: Vehicle, now: [number, Vehicle[]] | undefined, next: [number, Vehicle[]] | undefined, t: number): Vehicle {
  const later = next?.[1].find((v) => v.name === vehicle.name);
  if (now === undefined || next === undefined || later === undefined || next[0] - now[0] > 5) return vehicle;
  const share = Math.min(1, Math.max(0, (t - now[0]) / (next[0] - now[0])));
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const turn = Math.atan2(Math.sin(later.heading - vehicle.heading), Math.cos(later.heading - vehicle.heading));
  return { ...vehicle, x: mix(vehicle.x, later.x), y: mix(vehicle.y, later.y), z: mix(vehicle.z, later.z), heading: vehicle.heading + turn * share };
}
