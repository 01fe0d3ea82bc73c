// The page as a whole: a run, the time that is shown, and the panels around it.

import type * as THREE from "three";
import { Connection, type LiveClock, type LiveOrder } from "./live/connection.ts";
import { FleetPanel } from "./panels/fleet.ts";
import { KeysPanel, listenToKeys } from "./panels/keys.ts";
import { LogPanel } from "./panels/log.ts";
import { MapPanel } from "./panels/map.ts";
import { make, setText } from "./panels/dom.ts";
import { TopBar } from "./panels/top.ts";
import { SPEEDS, TransportPanel } from "./panels/transport.ts";
import { TruckPanel } from "./panels/truck.ts";
import { Banner, Welcome } from "./panels/welcome.ts";
import { flatGround, MapLayer } from "./recording/map_layer.ts";
import { type Piece, piecesOfAddress, piecesOfFile, readRecording, type Recording, sentence } from "./recording/read.ts";
import { CAMERA_MODES, type CameraMode } from "./scene/cameras.ts";
import { Models } from "./scene/models.ts";
import { makeRenderer, View } from "./scene/view.ts";
import { loadSettings, saveSettings, type Settings } from "./settings.ts";
import { MOST_TRUCKS, RunData } from "./timeline/run.ts";
import { clockText, currentLanguage, said, setLanguage, sizeText, type Word, word } from "./words/words.ts";

/** Content of a server, as `/api/source` names it. */
interface Source {
  mode: "page" | "recordings" | "live";
  recordings: { name: string; size: number; cut?: string }[];
  live: { scenario: string; mine: string; seed: number; duration_s: number; notes: string[] } | null;
  models: string[];
  haul: string;
}

/** Wall time between two drawings of the panels, s. */
const PANELS_EVERY = 0.2;
/** Time that a live picture lags behind the run, s of wall time: the next frame has come by then. */
const LIVE_LAG = 0.12;

export class App {
  private readonly root: HTMLElement;
  private readonly canvas = make("canvas", { class: "view", tabindex: "0" });
  private readonly labels = make("div", { class: "labels" });
  private readonly settings: Settings = loadSettings();
  private readonly query = new URLSearchParams(location.search);
  private readonly top: TopBar;
  private readonly fleet = new FleetPanel((id) => this.select(id));
  private readonly truck = new TruckPanel((t) => this.seek(t));
  private readonly log = new LogPanel((t) => this.seek(t));
  private readonly mapPanel = new MapPanel((id) => this.select(id), (x, y) => this.view?.cameras.lookAt(x, y));
  private readonly transport: TransportPanel;
  private readonly banner = new Banner();
  private readonly welcome: Welcome;
  private readonly keys = new KeysPanel();
  private readonly left = make("div", { class: "left" });
  private readonly right = make("div", { class: "right" });
  private readonly models = new Models();
  private renderer: THREE.WebGLRenderer | undefined;
  private inSoftware = false;
  private contextLost = false;
  private view: View | undefined;
  private run = new RunData();
  private source: Source | undefined;
  private connection: Connection | undefined;
  private clock: LiveClock | undefined;
  /** Tells whether a live picture stays with the run. */
  private follows = false;
  private t = 0;
  private playing = false;
  private speed = 1;
  private selected: number | undefined;
  private last = 0;
  private panelsAt = -1;
  private reading: AbortController | undefined;
  private readonly told = new Map<string, number>();

  constructor(root: HTMLElement) {
    this.root = root;
    setLanguage(this.query.get("lang") === "zh" ? "zh" : this.query.get("lang") === "en" ? "en" : this.settings.language);
    if (this.query.has("theme")) this.settings.light = this.query.get("theme") === "light";
    this.theme();
    this.top = new TopBar({
      camera: (mode) => this.camera(mode),
      open: () => this.welcome.toggle(true),
      language: () => this.language(),
      theme: () => this.toggleTheme(),
      keys: () => this.keys.toggle(),
    });
    this.transport = new TransportPanel({
      toggle: () => this.toggle(),
      speed: (to) => this.setSpeed(to),
      seek: (t) => this.seek(t),
      step: () => this.order({ do: "step", seconds: 1 }),
      allStop: () => this.order({ do: "all_stop" }),
      resume: () => this.order({ do: "resume" }),
      now: () => (this.follows = true),
    });
    this.welcome = new Welcome({
      file: (file) => void this.open(file.name, piecesOfFile(file)),
      address: (address) => this.openAddress(address),
      served: (name) => void this.openServed(name),
    });
    this.left.append(this.fleet.element, this.mapPanel.element);
    this.right.append(this.truck.element);
    this.root.append(this.canvas, this.labels, this.left, this.right, this.log.element, this.transport.element, this.top.element, this.banner.element, this.welcome.element, this.keys.element);
    this.hidePanels(true);
    this.listen();
  }

  /** Asks the server for its content and opens it. */
  async start(): Promise<void> {
    try {
      const made = makeRenderer(this.canvas);
      this.renderer = made.renderer;
      this.inSoftware = made.inSoftware;
    } catch {
      this.tell("fault", "no_webgl");
      this.banner.show(() => word("no_webgl"), "warning", 12);
    }
    // A picture is drawn while the server answers.
    requestAnimationFrame((now) => this.frame(now));
    let source: Source | undefined;
    try {
      const response = await fetch("./api/source");
      if (response.ok) source = (await response.json()) as Source;
      else this.banner.show(() => word("refused"), "fault");
    } catch {
      // A page without a server opens files.
    }
    this.source = source;
    if (this.inSoftware && !this.fine) this.tell("info", "in_software");
    await this.models.load(source?.models ?? [], "./", (name, why) => this.tell("warning", "model_broken", { name, why }));
    if (this.models.missing.length > 0) this.tell("info", "models_missing", { names: this.models.missing.join(", ") });
    this.welcome.serve(source?.recordings ?? []);
    const address = this.query.get("recording");
    if (source?.mode === "live" && source.live !== null) await this.goLive(source.live);
    else if (address !== null) this.openAddress(address);
    else if (source?.recordings.length === 1) await this.openServed((source.recordings[0] as { name: string }).name);
    else this.welcome.toggle(true);
  }

  /** Shadows and detail: left out by default where the browser draws in software. */
  private get fine(): boolean {
    const asked = this.query.get("quality");
    return asked === "high" || (asked !== "low" && !this.inSoftware);
  }

  // Opening.

  private openAddress(address: string): void {
    let url: URL;
    try {
      url = new URL(address, location.href);
      if (!/^https?:$/.test(url.protocol)) throw new Error(url.protocol);
    } catch {
      this.banner.show(() => word("bad_address", { address }), "fault", 10);
      return;
    }
    const name = decodeURIComponent(url.pathname.split("/").pop() ?? "") || url.host;
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    void this.open(name, piecesOfAddress(url.href, reading.signal), reading);
  }

  private async openServed(name: string): Promise<void> {
    const reading = new AbortController();
    this.reading?.abort();
    this.reading = reading;
    const address = `./api/recordings/${encodeURIComponent(name)}`;
    await this.open(name, piecesOfAddress(address, reading.signal), reading, `${address}/map`);
  }

  /** Reads a recording and plays it. A recording that cannot be read leaves the page as it is. */
  private async open(name: string, pieces: AsyncIterable<Piece>, reading = new AbortController(), mapAddress?: string): Promise<void> {
    this.reading = reading;
    this.welcome.toggle(false);
    try {
      const recording = await readRecording(name, pieces, async (_, piece) => {
        const done = sizeText(piece.done);
        const total = piece.total;
        const share = total === undefined ? undefined : piece.done / total;
        this.banner.show(() => (total === undefined ? word("reading_unknown", { name, done }) : word("reading", { name, done, total: sizeText(total) })), "info", undefined, share);
        await new Promise((resume) => setTimeout(resume, 0));
        if (reading.signal.aborted) throw new DOMException("another recording was opened", "AbortError");
      });
      this.banner.hide();
      await this.show(recording, mapAddress);
    } catch (error) {
      if (reading.signal.aborted) return;
      this.banner.show(() => sentence(error), "fault");
      this.log.note("fault", () => sentence(error));
      if (this.run.isEmpty) this.welcome.toggle(true);
    }
  }

  private async show(recording: Recording, mapAddress?: string): Promise<void> {
    this.connection?.close();
    this.connection = undefined;
    this.clock = undefined;
    this.follows = false;
    this.log.clearNotes();
    this.told.clear();
    const map = recording.map ?? (await this.convert(recording, mapAddress));
    this.begin(recording.run, map);
    const info = recording.info;
    this.top.title(info?.scenario || recording.name, () => `${info?.mine ?? ""} · seed ${info?.seed ?? ""} · ${recording.name}`, "recording");
    this.t = Number(this.query.get("t") ?? recording.run.begin);
    this.t = recording.run.isEmpty || !Number.isFinite(this.t) ? 0 : Math.min(recording.run.end, Math.max(recording.run.begin, this.t));
    this.setSpeed(Number(this.query.get("speed") ?? 4) || 4);
    this.playing = this.query.get("play") !== "0" && !recording.run.isEmpty;
    if (recording.run.isEmpty) {
      this.tell("fault", "no_frames");
      this.banner.show(() => word("no_frames"), "warning", 12);
    }
    if (recording.cut !== undefined) {
      const parts = { why: recording.cut, time: clockText(recording.run.end) };
      this.tell("warning", "cut", parts);
      this.banner.show(() => word("cut", parts), "warning", 9);
    } else if (recording.ended === undefined) {
      this.tell("warning", "killed");
    } else {
      const ended = recording.ended;
      this.log.note("info", () => word("ended", { reason: said(ended) }));
    }
  }

  /** Gets the mine of a recording without a map layer from the server. */
  private async convert(recording: Recording, mapAddress?: string): Promise<MapLayer | undefined> {
    try {
      const mine = recording.packedMine;
      const response = mapAddress !== undefined ? await fetch(mapAddress) : mine !== undefined && this.source !== undefined ? await fetch("./api/map", { method: "POST", body: mine.slice() }) : undefined;
      if (response?.ok === true) {
        const map = MapLayer.read(new Uint8Array(await response.arrayBuffer()));
        this.tell("info", "converted");
        return map;
      }
    } catch {
      // Told below: without a map the ground is flat.
    }
    this.tell("warning", recording.packedMine === undefined ? "no_map" : "no_map_convert");
    return undefined;
  }

  private async goLive(live: NonNullable<Source["live"]>): Promise<void> {
    this.top.title(live.scenario, () => `${live.mine} · seed ${live.seed}`, "live");
    this.banner.show(() => word("connecting"), "info");
    let map: MapLayer | undefined;
    try {
      map = MapLayer.read(new Uint8Array(await (await fetch("./api/map")).arrayBuffer()));
    } catch (error) {
      this.log.note("fault", () => sentence(error));
    }
    this.begin(this.liveRun(), map);
    for (const note of live.notes) this.log.note("info", () => note);
    this.follows = true;
    this.playing = true;
    const address = new URL("./api/live", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.search = "";
    this.connection = new Connection(address.href, this.run, {
      connected: () => {
        this.banner.hide();
        this.tell("info", "connected");
      },
      lost: (seconds) => {
        this.banner.show(() => word("lost", { seconds }), "fault");
        this.tell("warning", "lost", { seconds });
      },
      clock: (clock) => this.onClock(clock),
      notice: (text) => {
        this.log.note("warning", () => text);
        this.banner.show(() => text, "warning", 6);
      },
      restarted: () => {
        const run = this.liveRun();
        this.run = run;
        this.follows = true;
        this.fleet.reset();
        this.restage();
        return run;
      },
    });
  }

  private liveRun(): RunData {
    const run = new RunData();
    run.frameSpacing = 0.02;
    return run;
  }

  private onClock(clock: LiveClock): void {
    const before = this.clock;
    this.clock = clock;
    if (before === undefined) {
      if (clock.at_s > 5) this.tell("info", "earlier_unknown", { time: clockText(clock.at_s) });
      this.speed = clock.speed;
    }
    if (before?.speed !== clock.speed) this.speed = clock.speed;
    if (clock.finished && before?.finished !== true) this.tell("info", "finished");
    // The skipped frames are told at each doubling, so that the log is not flooded.
    const told = this.told.get("dropped") ?? 0;
    if (clock.dropped >= Math.max(50, 2 * told)) {
      this.told.set("dropped", clock.dropped);
      this.tell("warning", "dropped", { count: clock.dropped });
    }
  }

  /** Begins a run on a mine. */
  private begin(run: RunData, map: MapLayer | undefined): void {
    this.run = run;
    this.selected = undefined;
    this.map = map;
    this.fleet.reset();
    this.hidePanels(false);
    this.restage();
  }

  private map: MapLayer | undefined;

  /** Makes the view of the mine again. */
  private restage(): void {
    const map = this.map ?? flatGround(this.run);
    this.mapPanel.setMap(map);
    const mode = (this.query.get("camera") ?? this.view?.cameras.mode ?? "follow") as CameraMode;
    this.view?.dispose();
    this.view = undefined;
    if (this.renderer === undefined) return;
    this.view = new View(this.renderer, this.canvas, this.labels, map, this.models, this.fine, (id) => this.select(id));
    this.view.shown.paths = this.settings.paths;
    this.view.shown.labels = this.settings.labels;
    this.view.cameras.set(CAMERA_MODES.includes(mode) ? mode : "follow");
    if (mode === "orbit") this.view.cameras.overview();
    this.top.camera(this.view.cameras.mode);
  }

  // Time.

  private get isLive(): boolean {
    return this.connection !== undefined;
  }

  private toggle(): void {
    if (this.isLive && this.follows) this.order({ do: this.clock?.paused === true ? "go" : "pause" });
    else {
      if (!this.playing && this.t >= this.run.end - 0.05) this.t = this.run.begin;
      this.playing = !this.playing;
    }
  }

  private setSpeed(to: number): void {
    const nearest = SPEEDS.reduce((a, b) => (Math.abs(Math.log(b / to)) < Math.abs(Math.log(a / to)) ? b : a));
    this.speed = nearest;
    if (this.isLive) this.order({ do: "speed", speed: nearest });
  }

  private changeSpeed(by: number): void {
    const k = SPEEDS.indexOf(this.speed);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (k < 0 ? 2 : k) + by))] as number);
  }

  private seek(t: number): void {
    if (this.run.isEmpty) return;
    this.t = Math.min(this.run.end, Math.max(this.run.begin, t));
    if (this.isLive) {
      this.follows = this.t >= this.run.end - 0.5;
      this.playing = true;
    }
    this.panelsAt = -1;
  }

  private order(order: LiveOrder): void {
    this.connection?.order(order);
  }

  private advance(seconds: number): void {
    if (this.run.isEmpty) return;
    if (this.isLive && this.follows) {
      const goal = this.run.end - LIVE_LAG * (this.clock?.paused === true || this.clock?.finished === true ? 0 : Math.max(1, this.clock?.reached ?? 1));
      const ahead = this.t + seconds * (this.clock?.reached ?? 1);
      const off = goal - ahead;
      const tolerance = 1.5 * Math.max(1, this.clock?.reached ?? 1);
      this.t = Math.abs(off) > tolerance ? goal : Math.min(this.run.end, ahead + off * Math.min(1, 3 * seconds));
      if (this.clock?.paused === true || this.clock?.finished === true) this.t = this.run.end;
      this.t = Math.max(this.t, this.run.begin);
    } else if (this.playing) {
      this.t += seconds * this.speed;
      if (this.t >= this.run.end) {
        this.t = this.run.end;
        if (this.isLive) this.follows = true;
        else this.playing = false;
      }
    }
  }

  private frame(now: number): void {
    requestAnimationFrame((next) => this.frame(next));
    const seconds = Math.min(0.25, Math.max(0, (now - this.last) / 1000));
    this.last = now;
    this.advance(seconds);
    if (this.selected === undefined && this.run.trucks.size > 0) {
      const asked = Number(this.query.get("truck"));
      this.selected = this.run.trucks.has(asked) ? asked : Math.min(...this.run.trucks.keys());
    }
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (this.view !== undefined && this.renderer !== undefined && !this.contextLost && width > 0 && height > 0) {
      const ratio = this.fine ? Math.min(2, devicePixelRatio) : 1;
      if (this.renderer.getPixelRatio() !== ratio) this.renderer.setPixelRatio(ratio);
      if (this.canvas.width !== Math.floor(width * ratio) || this.canvas.height !== Math.floor(height * ratio)) this.renderer.setSize(width, height, false);
      const room = (element: HTMLElement): number => (element.hidden ? 0 : element.offsetWidth);
      this.view.covered = { left: room(this.left), right: room(this.right), bottom: this.log.element.hidden ? 0 : this.log.element.offsetHeight };
      this.view.draw(this.run, this.t, this.selected, width, height, seconds);
      this.top.camera(this.view.cameras.mode);
    }
    if (now / 1000 - this.panelsAt > PANELS_EVERY || this.panelsAt < 0) {
      this.panelsAt = now / 1000;
      this.drawPanels();
    }
    // For tests and scripts that wait for a picture.
    document.documentElement.dataset.haul = `${this.run.isEmpty ? "empty" : "shown"} ${this.t.toFixed(2)} ${this.isLive ? "live" : "recording"}`;
  }

  private drawPanels(): void {
    if (this.left.hidden) return;
    const playing = this.isLive && this.follows ? this.clock?.paused !== true && this.clock?.finished !== true : this.playing;
    this.transport.draw(this.run, this.t, playing, this.speed, this.isLive ? this.clock : undefined, this.follows);
    this.fleet.draw(this.run, this.t, this.selected);
    if (!this.right.hidden) this.truck.draw(this.run, this.t, this.selected);
    if (!this.log.element.hidden) this.log.draw(this.run, this.t, this.selected);
    this.mapPanel.draw(this.run, this.t, this.selected);
    this.top.weather(this.run.weather.at(this.t));
    for (const [what, count] of this.run.omissions) {
      const told = this.told.get(what) ?? 0;
      if (count < Math.max(1, 4 * told)) continue;
      this.told.set(what, count);
      this.tell("warning", `omit_${what}` as Word, { count, most: MOST_TRUCKS });
    }
  }

  // Choices.

  private select(id: number): void {
    if (!this.run.trucks.has(id)) return;
    this.selected = id;
    if (this.view?.cameras.mode === "orbit") this.camera("follow");
    this.panelsAt = -1;
  }

  private next(by: number): void {
    const ids = [...this.run.trucks.keys()].sort((a, b) => a - b);
    if (ids.length === 0) return;
    const k = this.selected === undefined ? 0 : ids.indexOf(this.selected) + by;
    this.select(ids[(k + ids.length) % ids.length] as number);
  }

  private camera(mode: CameraMode): void {
    if (this.view === undefined) return;
    if (mode === "orbit") this.view.cameras.overview();
    else this.view.cameras.set(mode);
    this.top.camera(mode);
  }

  private language(): void {
    setLanguage(currentLanguage() === "en" ? "zh" : "en");
    this.settings.language = currentLanguage();
    saveSettings(this.settings);
    this.panelsAt = -1;
  }

  private toggleTheme(): void {
    this.settings.light = !this.settings.light;
    saveSettings(this.settings);
    this.theme();
    this.truck.redraw();
  }

  private theme(): void {
    document.documentElement.classList.toggle("light", this.settings.light);
  }

  private hidePanels(hidden: boolean): void {
    const bare = hidden || this.query.get("panels") === "0";
    for (const element of [this.left, this.right, this.log.element, this.transport.element]) element.hidden = bare;
    if (this.query.get("panels") === "0") this.top.element.hidden = true;
  }

  private tell(weight: "info" | "warning" | "fault", key: Word, parts: Record<string, string | number> = {}): void {
    this.log.note(weight, () => word(key, parts));
  }

  private savePicture(): void {
    if (this.view === undefined || this.renderer === undefined) return;
    // The picture is read in the same task that draws it: the browser clears it later.
    this.view.draw(this.run, this.t, this.selected, this.canvas.clientWidth, this.canvas.clientHeight, 0);
    this.canvas.toBlob((blob) => {
      if (blob === null) return;
      const link = make("a", { href: URL.createObjectURL(blob), download: `haul-${this.t.toFixed(1)}s.png` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
    }, "image/png");
  }

  private listen(): void {
    listenToKeys({
      toggle: () => this.toggle(),
      seekBy: (s) => this.seek(this.t + s),
      seekEnd: (end) => this.seek(end ? this.run.end : this.run.begin),
      speedBy: (by) => this.changeSpeed(by),
      camera: (k) => this.camera(CAMERA_MODES[k] ?? "follow"),
      next: (by) => this.next(by),
      log: () => (this.log.element.hidden = !this.log.element.hidden),
      map: () => (this.mapPanel.element.hidden = !this.mapPanel.element.hidden),
      panels: () => (this.right.hidden = this.left.hidden = !this.left.hidden),
      paths: () => this.toggleShown("paths"),
      labels: () => this.toggleShown("labels"),
      save: () => this.savePicture(),
      theme: () => this.toggleTheme(),
      language: () => this.language(),
      keys: () => this.keys.toggle(),
      close: () => {
        this.keys.toggle(false);
        if (!this.run.isEmpty) this.welcome.toggle(false);
      },
    });
    let pressed: [number, number] = [0, 0];
    this.canvas.addEventListener("pointerdown", (e) => (pressed = [e.clientX, e.clientY]));
    this.canvas.addEventListener("pointerup", (e) => {
      if (Math.hypot(e.clientX - pressed[0], e.clientY - pressed[1]) > 5) return;
      const id = this.view?.pick((e.offsetX / this.canvas.clientWidth) * 2 - 1, 1 - (e.offsetY / this.canvas.clientHeight) * 2);
      if (id !== undefined) this.select(id);
    });
    this.canvas.addEventListener("webglcontextlost", (e) => {
      e.preventDefault();
      this.contextLost = true;
      this.banner.show(() => word("webgl_lost"), "fault");
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.contextLost = false;
      this.banner.hide();
      this.restage();
    });
    document.addEventListener("dragover", (e) => {
      e.preventDefault();
      this.root.dataset.drop = word("drop");
      this.root.classList.add("dropping");
    });
    document.addEventListener("dragleave", (e) => e.relatedTarget === null && this.root.classList.remove("dropping"));
    document.addEventListener("drop", (e) => {
      e.preventDefault();
      this.root.classList.remove("dropping");
      const files = e.dataTransfer?.files;
      const file = files?.[0];
      if (file === undefined) return;
      this.reading?.abort();
      void this.open(file.name, piecesOfFile(file)).then(() => {
        if ((files?.length ?? 0) > 1) this.tell("warning", "not_one_file");
      });
    });
    setText(this.labels, "");
  }

  private toggleShown(what: "paths" | "labels"): void {
    this.settings[what] = !this.settings[what];
    if (this.view !== undefined) this.view.shown[what] = this.settings[what];
    saveSettings(this.settings);
  }
}
