// Machine models: glTF files of the server where it has them, stand-ins otherwise.

import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { standInShovel } from "./machines/shovel.ts";
import { standInTruck } from "./machines/truck.ts";
import { standInVehicle } from "./machines/vehicles.ts";

/** Kinds of machines, and the model files that may stand for them, the best first. */
const FILES: Record<string, string[]> = {
  truck: ["tr100.glb"],
  shovel: ["hydraulic_shovel.glb", "shovel.glb"],
  light_vehicle: ["light_vehicle.glb"],
  water_cart: ["water_cart.glb"],
  crusher: ["crusher.glb"],
};

/** Machine models by kind. Copies share geometry and materials. */
export class Models {
  private readonly known = new Map<string, THREE.Object3D>();
  /** Models that came from files; their drawn load and bucket differ from those of the stand-ins. */
  readonly fromFile = new Set<string>();
  /** Kinds without a file, for the log. */
  readonly missing: string[] = [];

  /** Loads the models that the server names. A model that cannot be read counts as missing. */
  async load(available: string[], base: string, report: (name: string, why: string) => void): Promise<void> {
    const loader = new GLTFLoader();
    await Promise.all(Object.entries(FILES).map(async ([kind, names]) => {
      const name = names.find((n) => available.includes(n));
      if (name === undefined) {
        this.missing.push(kind);
        return;
      }
      try {
        const model = (await loader.loadAsync(`${base}models/${name}`)).scene;
        model.traverse((o) => {
          if (o instanceof THREE.Mesh) o.castShadow = o.receiveShadow = true;
        });
        this.known.set(kind, model);
        this.fromFile.add(kind);
      } catch (error) {
        this.missing.push(kind);
        report(name, error instanceof Error ? error.message : String(error));
      }
    }));
  }

  /** Makes a machine: a group in the site's frame (z up) around the model, whose x axis points forward. */
  make(kind: string): THREE.Group {
    let model = this.known.get(kind);
    if (model === undefined) {
      model = kind === "truck" ? standInTruck() : kind === "shovel" ? standInShovel() : standInVehicle(kind);
      this.known.set(kind, model);
    }
    const group = new THREE.Group();
    const upright = model.clone(true);
    upright.rotation.x = Math.PI / 2;
    group.add(upright);
    return group;
  }
}

/** Finds a node by its name; undefined if the model has none. */
export function node(root: THREE.Object3D, name: string): THREE.Object3D | undefined {
  return root.getObjectByName(name);
}
