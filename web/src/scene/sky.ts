// Sky, sun, haze and rain. The sun stands where the weather of the run has it.

import * as THREE from "three";
import type { Weather } from "../timeline/run.ts";

const RADIANS = Math.PI / 180;
/** Half of the side of the ground that gets shadows, m. */
const SHADOW_REACH = 190;
/** Drops or flakes around the camera. */
const DROPS = 5_000;
const DROP_BOX = 70;

/** A clear morning. */
export const CLEAR: Weather = {
  rain_mm_h: 0, snow_mm_h: 0, visibility_m: 20_000, wind_m_s: 0, wind_bearing_deg: 0, air_c: 20,
  sun_bearing_deg: 130, sun_elevation_deg: 46, wetness: 0, snow_depth_m: 0,
};

export class Sky {
  readonly object = new THREE.Group();
  private readonly sun = new THREE.DirectionalLight(0xffffff, 3);
  private readonly fill = new THREE.HemisphereLight(0xffffff, 0x888888, 1);
  private readonly dome: THREE.Mesh<THREE.SphereGeometry, THREE.ShaderMaterial>;
  private readonly drops: THREE.LineSegments;
  private readonly fog = new THREE.FogExp2(0xffffff, 0.0001);
  private readonly toSun = new THREE.Vector3(0, 0, 1);
  private drawn = "";

  constructor(scene: THREE.Scene, shadows: boolean) {
    this.dome = new THREE.Mesh(new THREE.SphereGeometry(20_000, 32, 24), new THREE.ShaderMaterial({
      side: THREE.BackSide,
      depthWrite: false,
      uniforms: {
        zenith: { value: new THREE.Color() }, horizon: { value: new THREE.Color() }, glow: { value: new THREE.Color() },
        toSun: { value: this.toSun }, disc: { value: 1 },
      },
      vertexShader: "varying vec3 way; void main() { way = position; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
      fragmentShader: /* glsl */ `
        uniform vec3 zenith; uniform vec3 horizon; uniform vec3 glow; uniform vec3 toSun; uniform float disc;
        varying vec3 way;
        void main() {
          vec3 w = normalize(way);
          float up = max(w.z, 0.0);
          vec3 colour = mix(horizon, zenith, pow(up, 0.45));
          float near = max(dot(w, toSun), 0.0);
          colour += glow * (0.35 * pow(near, 8.0) + 0.5 * pow(near, 90.0)) + disc * vec3(6.0, 5.4, 4.4) * smoothstep(0.99975, 0.9999, near);
          gl_FragColor = vec4(colour, 1.0);
          #include <tonemapping_fragment>
          #include <colorspace_fragment>
        }`,
    }));
    this.dome.frustumCulled = false;
    this.dome.renderOrder = -10;
    this.sun.castShadow = shadows;
    this.sun.shadow.mapSize.set(2048, 2048);
    const box = this.sun.shadow.camera;
    [box.left, box.right, box.bottom, box.top, box.near, box.far] = [-SHADOW_REACH, SHADOW_REACH, -SHADOW_REACH, SHADOW_REACH, 10, 1400];
    this.sun.shadow.bias = -0.0004;
    this.sun.shadow.normalBias = 0.25;
    this.drops = drops();
    this.drops.visible = false;
    this.object.add(this.dome, this.sun, this.sun.target, this.fill, this.drops);
    scene.fog = this.fog;
    scene.add(this.object);
  }

  /** Height of the sun over the horizon, degrees. */
  get isNight(): boolean {
    return this.toSun.z < -0.02;
  }

  /** Sets light and haze for the weather. */
  weather(weather: Weather): void {
    const key = JSON.stringify(weather);
    if (key === this.drawn) return;
    this.drawn = key;
    const [bearing, elevation] = [weather.sun_bearing_deg * RADIANS, weather.sun_elevation_deg * RADIANS];
    this.toSun.set(Math.sin(bearing) * Math.cos(elevation), Math.cos(bearing) * Math.cos(elevation), Math.sin(elevation));
    const day = THREE.MathUtils.smoothstep(this.toSun.z, -0.12, 0.18);
    const low = 1 - THREE.MathUtils.smoothstep(this.toSun.z, 0.05, 0.45);
    const overcast = Math.min(1, weather.rain_mm_h / 4 + weather.snow_mm_h / 3 + Math.max(0, 1 - weather.visibility_m / 4_000));
    const mix = (...stops: [number, number][]): THREE.Color => {
      const colour = new THREE.Color(stops[0]?.[0] ?? 0);
      for (const [hex, share] of stops.slice(1)) colour.lerp(new THREE.Color(hex), share);
      return colour;
    };
    const zenith = mix([0x0a1222, 0], [0x2f6fc0, day], [0x7f8b96, overcast * day * 0.9]);
    const horizon = mix([0x1a2436, 0], [0xc3d6e8, day], [0xe8b98a, low * day * 0.75], [0xaab2b8, overcast * day * 0.9]);
    const uniforms = this.dome.material.uniforms as Record<string, { value: unknown }>;
    (uniforms.zenith as { value: THREE.Color }).value.copy(zenith);
    (uniforms.horizon as { value: THREE.Color }).value.copy(horizon);
    (uniforms.glow as { value: THREE.Color }).value.set(low > 0.5 ? 0xffa860 : 0xfff0d8).multiplyScalar(day * (1 - overcast));
    (uniforms.disc as { value: number }).value = day * (1 - Math.min(1, 1.5 * overcast));
    this.fog.color.copy(horizon);
    // At the meteorological visibility the contrast has fallen to 5 % (Koschmieder 1924, WMO): exp(−(d·v)²) = 0.05.
    this.fog.density = Math.sqrt(-Math.log(0.05)) / Math.max(60, Math.min(weather.visibility_m, 14_000));
    this.sun.color.set(0xfff3df).lerp(new THREE.Color(0xff9d5c), low * 0.8);
    this.sun.intensity = 3.6 * day * (1 - 0.82 * overcast) * Math.max(0.15, Math.min(1, this.toSun.z * 2.5));
    this.fill.color.copy(zenith).lerp(new THREE.Color(0xffffff), 0.45);
    this.fill.groundColor.set(0x8a7354).multiplyScalar(0.35 + 0.65 * day);
    this.fill.intensity = 0.3 + 1.25 * day + 0.8 * overcast * day;
    const falls = weather.rain_mm_h + weather.snow_mm_h;
    this.drops.visible = falls > 0.05;
    this.drops.geometry.setDrawRange(0, 2 * Math.round(DROPS * Math.min(1, 0.15 + falls / 15)));
    const isSnow = weather.snow_mm_h > weather.rain_mm_h;
    const material = this.drops.material as THREE.ShaderMaterial;
    (material.uniforms.length as { value: number }).value = isSnow ? 0.06 : 0.9;
    (material.uniforms.fall as { value: number }).value = isSnow ? 1.4 : 9;
    (material.uniforms.opacity as { value: number }).value = (isSnow ? 0.9 : 0.32) * (0.25 + 0.75 * day);
  }

  /** Keeps shadows and drops around the camera and its target. */
  follow(camera: THREE.Vector3, target: THREE.Vector3, seconds: number): void {
    this.dome.position.copy(camera);
    // Whole steps, so that the shadows do not shimmer.
    const step = (2 * SHADOW_REACH) / 2048 * 8;
    const snapped = new THREE.Vector3(Math.round(target.x / step) * step, Math.round(target.y / step) * step, Math.round(target.z / step) * step);
    this.sun.target.position.copy(snapped);
    const lifted = this.toSun.clone();
    lifted.z = Math.max(lifted.z, 0.12);
    this.sun.position.copy(snapped).addScaledVector(lifted.normalize(), 600);
    const uniforms = (this.drops.material as THREE.ShaderMaterial).uniforms as Record<string, { value: unknown }>;
    (uniforms.seconds as { value: number }).value = seconds % 1000;
    (uniforms.centre as { value: THREE.Vector3 }).value.copy(camera);
  }
}

function drops(): THREE.LineSegments {
  const positions = new Float32Array(DROPS * 6);
  const ends = new Float32Array(DROPS * 2);
  // A low-discrepancy sequence (Roberts 2018, R3) instead of random numbers: pictures repeat.
  const [g1, g2, g3] = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703];
  for (let k = 0; k < DROPS; k++) {
    for (const end of [0, 1]) {
      positions.set([((k * g1) % 1) * DROP_BOX, ((k * g2) % 1) * DROP_BOX, ((k * g3) % 1) * DROP_BOX], 6 * k + 3 * end);
      ends[2 * k + end] = end;
    }
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute("end", new THREE.BufferAttribute(ends, 1));
  const material = new THREE.ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: { seconds: { value: 0 }, centre: { value: new THREE.Vector3() }, length: { value: 0.9 }, fall: { value: 9 }, opacity: { value: 0.3 } },
    vertexShader: /* glsl */ `
      attribute float end; uniform float seconds; uniform vec3 centre; uniform float length; uniform float fall;
      void main() {
        vec3 p = position - vec3(0.15, 0.08, 1.0) * fall * seconds;
        vec3 box = vec3(${DROP_BOX.toFixed(1)});
        p = centre + mod(p - centre, box) - box * 0.5 + end * vec3(0.15, 0.08, 1.0) * length;
        gl_Position = projectionMatrix * viewMatrix * vec4(p, 1.0);
      }`,
    fragmentShader: "uniform float opacity; void main() { gl_FragColor = vec4(0.86, 0.90, 0.95, opacity); }",
  });
  const lines = new THREE.LineSegments(geometry, material);
  lines.frustumCulled = false;
  return lines;
}
