//! Texts of the window in its languages.

use haul_core::{CycleState, StandKind};

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Returns the name of the language in the settings.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh",
        }
    }

    /// Returns the language of a code of the settings.
    pub fn of_code(code: &str) -> Option<Self> {
        [Language::English, Language::Chinese].into_iter().find(|language| language.code() == code)
    }

    /// Returns the next language.
    pub fn next(self) -> Self {
        match self {
            Language::English => Language::Chinese,
            Language::Chinese => Language::English,
        }
    }
}

macro_rules! words {
    ($($name:ident: $english:literal, $chinese:literal;)*) => {
        /// A text of the window.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the English text says it")]
        pub enum Word { $($name,)* }

        impl Word {
            /// All texts.
            #[cfg(test)]
            pub const ALL: &[Word] = &[$(Word::$name,)*];

            /// Returns the text in a language.
            pub const fn says(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Word::$name, Language::English) => $english, (Word::$name, Language::Chinese) => $chinese,)*
                }
            }
        }
    };
}

words! {
    Truck: "Truck", "卡车";
    Shift: "Shift", "生产";
    Log: "Log", "日志";
    Act: "Act", "操作";
    Map: "Map", "地图";
    Why: "Why", "原因";
    Language: "中文", "English";
    Help: "Keys", "按键";
    Live: "Live", "实时";
    GoOn: "Go on from here", "从此处继续";
    Paused: "paused", "已暂停";
    Finished: "finished", "已结束";
    Recording: "recording", "录像";
    PastShown: "shows the past", "正在回看";
    AsFast: "fast", "最快";
    RealTime: "× real time", "× 实时";
    Speed: "speed", "速度";
    Plan: "plan", "计划";
    Grade: "grade", "坡度";
    Gear: "gear", "挡位";
    Engine: "engine", "发动机";
    Steering: "steering", "转向";
    Heading: "heading", "航向";
    OffPath: "off the path", "偏离路径";
    Body: "body", "车厢";
    Fuel: "fuel burnt", "油耗";
    Payload: "payload", "载重";
    Throttle: "throttle", "油门";
    Retarder: "retarder", "缓行器";
    Brake: "brake", "制动";
    ParkBrake: "park brake", "驻车制动";
    RetarderHeat: "retarder oil", "缓行器油温";
    Grip: "grip: believed / true", "附着：估计 / 真实";
    Supervisor: "supervisor", "安全监控";
    Driven: "driven", "行驶";
    LateralError: "off the path, m", "偏离路径，m";
    SpeedKmh: "speed, km/h", "速度，km/h";
    GradePct: "grade, %", "坡度，%";
    GearNumber: "gear", "挡位";
    HeatC: "retarder oil, °C", "缓行器油温，°C";
    PayloadT: "payload, t", "载重，t";
    FuelL: "fuel burnt, l", "油耗，l";
    SpeedAlong: "planned speed along the path, km/h", "路径计划速度，km/h";
    Cycles: "cycles", "循环";
    Delivered: "delivered", "产量";
    PerHour: "per hour", "每小时";
    MeanCycle: "mean cycle", "平均循环";
    Distance: "distance", "里程";
    FuelPerTonne: "fuel per tonne", "吨油耗";
    Collisions: "collisions", "碰撞";
    Stuck: "stuck", "受困";
    Expectations: "Expectations", "期望指标";
    NoExpectations: "the scenario expects nothing", "场景没有期望指标";
    NoReport: "no figures yet", "暂无数据";
    NotInRecording: "a recording holds no figures; go on from here to get them", "录像不含数据；请从此处继续";
    Filter: "filter", "筛选";
    OnlyFollowed: "only the followed machine", "仅跟随的设备";
    AllStop: "All-stop", "全部停车";
    Release: "Release", "解除停车";
    Selected: "Selected", "已选";
    NothingSelected: "click a machine, a place or a road", "点击设备、地点或道路";
    Place: "place", "地点";
    Road: "road", "道路";
    Ground: "ground", "地面";
    PutRock: "Put a rock here", "在此放置岩石";
    PutVehicle: "Park a vehicle here", "在此停放车辆";
    TakeAway: "Take away", "移除";
    Rain: "rain, mm/h", "降雨，mm/h";
    Friction: "greatest grip", "最大附着系数";
    Fail: "Fail", "触发故障";
    Repair: "Repair", "修复";
    DriveByHand: "Drive by hand", "手动驾驶";
    HandBack: "Hand back", "交还自动驾驶";
    DrivingKeys: "↑ throttle · ↓ brake · ← → steering · R direction · B park brake · PgUp PgDn body",
        "↑ 油门 · ↓ 制动 · ← → 转向 · R 方向 · B 驻车 · PgUp PgDn 车厢";
    WriteScenario: "Write a scenario of this", "写成场景文件";
    ActsDone: "acts by hand", "手动操作";
    ShowPath: "path", "路径";
    ShowGrant: "granted road", "授权路段";
    ShowWaits: "who waits for whom", "等待关系";
    ShowStop: "stopping envelope", "制动范围";
    ShowGrip: "grip", "附着";
    ShowNames: "names", "名称";
    LegendSpeed: "0 · 20 · 40 km/h, violet in reverse", "0 · 20 · 40 km/h，紫色为倒车";
    LegendGrant: "granted to the truck", "已授权";
    LegendHeld: "claimed by other trucks", "其他卡车占用";
    LegendWaits: "waits for", "等待";
    LegendStop: "stops within, by belief / in truth", "制动距离：估计 / 真实";
    Chase: "Chase", "跟随";
    Orbit: "Orbit", "环绕";
    Free: "Free", "自由";
    Cab: "Cab", "驾驶室";
    Shovel: "Shovel", "电铲";
    Director: "Director", "导演";
    KeyPause: "pause, go on", "暂停、继续";
    KeyStep: "a step of 0.1 s", "单步 0.1 s";
    KeySpeed: "slower, faster", "减速、加速";
    KeySeek: "5 s back, forward", "后退、前进 5 s";
    KeyLive: "the latest instant", "最新时刻";
    KeyGoOn: "go on from here", "从此处继续";
    KeyCamera: "next camera", "下一个镜头";
    KeyFollow: "next machine", "下一台设备";
    KeyOverlay: "path, grant, waits, stop, grip, names", "路径、授权、等待、制动、附着、名称";
    KeyStop: "all-stop; with Shift: release", "全部停车；加 Shift：解除";
    KeyRock: "a rock at the selected point", "在所选点放置岩石";
    KeyDrive: "drive by hand, hand back", "手动驾驶、交还";
    KeyWrite: "write a scenario of what was done", "将操作写成场景";
    KeyPicture: "save a picture", "保存截图";
    KeyLanguage: "language", "语言";
    KeyPanels: "hide or show the panels", "隐藏或显示面板";
    KeyHelp: "this list", "此列表";
    KeyQuit: "close the window", "关闭窗口";
    KeyClick: "select; drag turns, moves, zooms", "选择；拖动可旋转、移动、缩放";
    CycleParked: "parked", "停放";
    CycleTravelEmpty: "travels empty", "空车行驶";
    CycleQueueAtLoad: "queues at the shovel", "装载排队";
    CycleSpotAtLoad: "spots at the shovel", "装载对位";
    CycleLoading: "is loaded", "装载";
    CycleLeaveLoad: "leaves the shovel", "离开装载点";
    CycleTravelLoaded: "travels loaded", "重车行驶";
    CycleQueueAtDump: "queues at the tip", "卸载排队";
    CycleSpotAtDump: "spots at the tip", "卸载对位";
    CycleDumping: "tips", "卸载";
    CycleLeaveDump: "leaves the tip", "离开卸载点";
    CycleStopped: "stopped", "停止";
    StandNoAssignment: "without an assignment", "无任务";
    StandNoPosition: "without a position", "无定位";
    StandStarting: "about to start", "即将起步";
    StandLoading: "being loaded", "正在装载";
    StandTipping: "tipping", "正在卸载";
    StandWaitingForSpot: "waits for a spot", "等待车位";
    StandRightOfWay: "waits for the right of way", "等待路权";
    StandObstacle: "an obstacle is in its path", "前方有障碍物";
    StandNoPlan: "has no path", "无路径";
    StandSupervisor: "held by its supervisor", "安全监控制动";
    StandAllStop: "stopped by an all-stop", "全部停车";
    StandBreakdown: "broken down", "故障";
    StandByHand: "driven by hand", "手动驾驶";
    StandLost: "lost", "失控";
}

impl Word {
    /// Returns the text for a stage of the haul cycle.
    pub fn of_cycle(state: CycleState) -> Self {
        match state {
            CycleState::Parked => Word::CycleParked,
            CycleState::TravelEmpty => Word::CycleTravelEmpty,
            CycleState::QueueAtLoad => Word::CycleQueueAtLoad,
            CycleState::SpotAtLoad => Word::CycleSpotAtLoad,
            CycleState::Loading => Word::CycleLoading,
            CycleState::LeaveLoad => Word::CycleLeaveLoad,
            CycleState::TravelLoaded => Word::CycleTravelLoaded,
            CycleState::QueueAtDump => Word::CycleQueueAtDump,
            CycleState::SpotAtDump => Word::CycleSpotAtDump,
            CycleState::Dumping => Word::CycleDumping,
            CycleState::LeaveDump => Word::CycleLeaveDump,
            CycleState::Stopped => Word::CycleStopped,
        }
    }

    /// Returns the text for the name of a camera; `None` for one without a text.
    pub fn of_camera(name: &str) -> Option<Self> {
        Some(match name {
            "Chase" => Word::Chase,
            "Orbit" => Word::Orbit,
            "Free" => Word::Free,
            "Cab" => Word::Cab,
            "Shovel" => Word::Shovel,
            "Map" => Word::Map,
            "Director" => Word::Director,
            _ => return None,
        })
    }

    /// Returns the text for the reason why a truck stands; `None` for one without a text.
    pub fn of_stand(kind: StandKind) -> Option<Self> {
        Some(match kind {
            StandKind::NoAssignment => Word::StandNoAssignment,
            StandKind::NoPosition => Word::StandNoPosition,
            StandKind::Starting => Word::StandStarting,
            StandKind::Loading => Word::StandLoading,
            StandKind::Tipping => Word::StandTipping,
            StandKind::WaitingForSpot => Word::StandWaitingForSpot,
            StandKind::RightOfWay => Word::StandRightOfWay,
            StandKind::Obstacle => Word::StandObstacle,
            StandKind::NoPlan => Word::StandNoPlan,
            StandKind::Supervisor => Word::StandSupervisor,
            StandKind::AllStop => Word::StandAllStop,
            StandKind::Breakdown => Word::StandBreakdown,
            StandKind::ByHand => Word::StandByHand,
            StandKind::Lost => Word::StandLost,
            _ => return None,
        })
    }
}

/// Name of the embedded font for Chinese.
const CHINESE_FONT: &str = "droid-sans-fallback-subset";

/// Returns the fonts of the window: those of egui, then the Chinese font.
pub fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::default();
    let data = egui::FontData::from_static(include_bytes!("../assets/chinese.ttf"));
    fonts.font_data.insert(CHINESE_FONT.to_owned(), data.into());
    for family in fonts.families.values_mut() {
        family.push(CHINESE_FONT.to_owned());
    }
    // Only the monospaced font of egui has arrows.
    if let Some(family) = fonts.families.get_mut(&egui::FontFamily::Proportional) {
        family.push("Hack".to_owned());
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_and_can_be_drawn_in_both_languages() {
        let ctx = egui::Context::default();
        ctx.set_fonts(fonts());
        let font = egui::FontId::proportional(14.0);
        let mut missing = String::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for word in Word::ALL {
                for language in [Language::English, Language::Chinese] {
                    let text = word.says(language);
                    assert!(!text.trim().is_empty(), "{word:?} has no text in {language:?}");
                    let lacks = |c: &char| !ui.fonts_mut(|fonts| fonts.has_glyph(&font, *c));
                    missing.extend(text.chars().filter(|c| !c.is_whitespace()).filter(lacks));
                }
            }
        });
        output.textures_delta.clear();
        assert!(missing.is_empty(), "no glyph for {missing}; run assets/chinese_font.py");
        assert!(include_bytes!("../assets/chinese.ttf").len() < 300_000);
    }

    #[test]
    fn every_stage_and_every_reason_has_a_text() {
        assert!(StandKind::ALL.into_iter().all(|kind| Word::of_stand(kind).is_some()));
        let stages: Vec<_> = CycleState::ALL.into_iter().map(|s| Word::of_cycle(s).says(Language::English)).collect();
        assert!(stages.iter().all(|text| stages.iter().filter(|other| other == &text).count() == 1));
    }

    #[test]
    fn a_language_is_read_by_its_code() {
        assert_eq!(Language::of_code("zh"), Some(Language::Chinese));
        assert_eq!(Language::of_code("fr"), None);
    }
}
