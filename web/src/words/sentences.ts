// Sentences of the simulator in Chinese. A run holds them in English; the patterns follow `StandReason`, `Restriction` and
// `EventKind` in Rust. A sentence that no pattern knows stays English.

const PATTERNS: [RegExp, string][] = [
  [/^without an assignment$/, "没有任务"],
  [/^without a position$/, "没有定位"],
  [/^about to start$/, "即将起步"],
  [/^loading at (.+)$/, "在 $1 装载"],
  [/^tipping at (.+)$/, "在 $1 卸载"],
  [/^waiting for a spot at (.+), (\d+) before it in the queue$/, "等待 $1 的车位,前面还有 $2 辆"],
  [/^waiting for a spot at (.+)$/, "等待 $1 的车位"],
  [/^waiting for the right of way behind (.+)$/, "等待路权,在 $1 之后"],
  [/^waiting for the right of way$/, "等待路权"],
  [/^an obstacle at (.+) stands in its path$/, "路径上 $1 处有障碍物"],
  [/^the vehicle (.+) at (\(.+\)) is in its path$/, "车辆 $1 在路径上 $2 处"],
  [/^no path to (.+?): (.+)$/, "没有到 $1 的路径:$2"],
  [/^held by its supervisor \((.+)\)$/, "被安全监督限制($1)"],
  [/^stopped by an all-stop$/, "因全停而停车"],
  [/^broken down: (.+)$/, "故障:$1"],
  [/^driven by hand$/, "人工驾驶"],
  [/^lost: overturned or off the map$/, "失联:翻车或驶出地图"],
  [/^obstacle$/, "障碍物"],
  [/^edge of the drivable surface$/, "可行驶区域边缘"],
  [/^end of the grant$/, "路权终点"],
  [/^all-stop$/, "全停"],
  [/^the all-stop is over$/, "全停结束"],
  [/^fault: (.+)$/, "故障:$1"],
  [/^(T\d+): loading begins at (.+), (.+) m off the spot$/, "$1:在 $2 开始装载,偏离车位 $3 m"],
  [/^(T\d+): a bucket of (.+) t at (.+)$/, "$1:$3 装入一斗 $2 t"],
  [/^(T\d+): loaded at (.+) with (.+) t$/, "$1:在 $2 装满 $3 t"],
  [/^(T\d+): tipped (.+) t at (.+)$/, "$1:在 $3 卸下 $2 t"],
  [/^(T\d+): lost (.+) t away from any dump or crusher$/, "$1:在卸载点之外丢失 $2 t"],
  [/^(T\d+): a cycle of (.+) s with (.+) t$/, "$1:完成一个循环,$2 s,$3 t"],
  [/^(T\d+): collision with (.+) at (.+) km\/h$/, "$1:以 $3 km/h 与 $2 相撞"],
  [/^(T\d+): off the drivable surface by (.+) m$/, "$1:驶出可行驶区域 $2 m"],
  [/^(T\d+): back on the drivable surface$/, "$1:回到可行驶区域"],
  [/^(T\d+): overturned$/, "$1:翻车"],
  [/^(T\d+): left the map$/, "$1:驶出地图"],
  [/^site: (T\d+) delivered (.+) t to (.+)$/, "矿山:$1 向 $3 运送 $2 t"],
  [/^stands since (.+) s: (.+)$/, "已停 $1 s:$2"],
  [/^stood for (.+) s: (.+)$/, "停了 $1 s:$2"],
  [/^stuck, without progress for (.+) s: (.+)$/, "卡住,$1 s 没有进展:$2"],
  [/^site: (T\d+) finds no path to (.+?) \((.+)\) and is sent to (.+)$/, "矿山:$1 找不到到 $2 的路径($3),改派到 $4"],
  [/^site: (T\d+) finds no path to (.+?) \((.+)\), and no other place serves$/, "矿山:$1 找不到到 $2 的路径($3),也没有其他地点可用"],
  [/^lost the beacon of `(.+)`; trucks know of it by their own sensors only$/, "失去车辆 `$1` 的信标;矿车只能靠自身传感器发现它"],
  [/^hears the beacon of `(.+)` again$/, "重新收到车辆 `$1` 的信标"],
  [/^every truck has had its cycles$/, "每辆矿车都完成了循环"],
  [/^the time is over$/, "时间已到"],
  [/^interrupted$/, "被中断"],
  [/^it rains (.+) mm\/h$/, "降雨 $1 mm/h"],
  [/^the rain is over$/, "雨停了"],
];

const STATES: Record<string, string> = {
  Parked: "停放", TravelEmpty: "空载行驶", QueueAtLoad: "装载点排队", SpotAtLoad: "装载点就位", Loading: "装载中", LeaveLoad: "离开装载点",
  TravelLoaded: "重载行驶", QueueAtDump: "卸载点排队", SpotAtDump: "卸载点就位", Dumping: "卸载中", LeaveDump: "离开卸载点", Stopped: "停车",
};

/** Returns a sentence of the simulator in Chinese. */
export function chinese(sentence: string): string {
  const states = /^(T\d+): (\w+) to (\w+)$/.exec(sentence);
  if (states !== null) return `${states[1]}:${STATES[states[2] ?? ""] ?? states[2]} → ${STATES[states[3] ?? ""] ?? states[3]}`;
  for (const [pattern, into] of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found === null) continue;
    // A cause within a sentence is a sentence of its own.
    return into.replace(/\$(\d)/g, (_, k: string) => {
      const part = found[Number(k)] ?? "";
      return part === sentence ? part : chinese(part);
    });
  }
  const about = /^(T\d+|site): (.+)$/.exec(sentence);
  if (about !== null) {
    const rest = chinese(about[2] ?? "");
    if (rest !== about[2]) return `${about[1] === "site" ? "矿山" : about[1]}:${rest}`;
  }
  return sentence;
}
