//! Plots as SVG: axes, lines with names, and a second axis on top, as in the charts of manufacturers, where it shows
//! the mass.

use std::fmt::Write;

/// Width and default height of a plot, px.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 720.0;
/// Left, right, top and bottom margin, px.
const MARGINS: [f64; 4] = [80.0, 110.0, 118.0, 66.0];
const FONT: &str = "font-family=\"DejaVu Sans, Arial, sans-serif\"";
/// Number of characters in a line of the subtitle.
const WRAP: usize = 118;
/// Factors of a step of a linear axis, to be multiplied by a power of ten.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
/// Approximate number of steps of a linear axis.
const STEPS_WANTED: f64 = 10.0;
/// Minimum distance between two drawn points of a line, px.
const LEAST_STROKE: f64 = 0.5;
/// Minimum distance between the names of two lines, px.
const LABEL_GAP: f64 = 13.0;
/// Gap between two colours of the key, height of its lines, and width of a letter, px.
const KEY_GAP: f64 = 22.0;
const KEY_LINE: f64 = 18.0;
const KEY_LETTER: f64 = 6.6;
/// Approximate width of a name, px.
const LABEL_WIDTH: f64 = 70.0;

/// Axis of a plot.
#[derive(Debug, Clone)]
pub struct Axis {
    name: String,
    unit: String,
    low: f64,
    high: f64,
    log: bool,
}

impl Axis {
    /// Makes a linear axis.
    pub fn linear(name: &str, unit: &str, low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { name: name.into(), unit: unit.into(), low, high, log: false }
    }

    /// Makes a logarithmic axis, which begins above 0.
    pub fn log(name: &str, unit: &str, low: f64, high: f64) -> Self {
        let low = low.max(f64::MIN_POSITIVE);
        Self { log: true, ..Self::linear(name, unit, low, high) }
    }

    /// Makes a linear axis that contains the values and zero.
    pub fn covering(name: &str, unit: &str, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values.filter(|v| v.is_finite()).fold((0.0f64, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
        let step = even_step(high - low);
        Self::linear(name, unit, (low / step).floor() * step, (high / step).ceil() * step)
    }

    /// Returns both ends of the axis.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    fn share(&self, value: f64) -> f64 {
        if self.log {
            (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    fn ticks(&self) -> Vec<f64> {
        let inside = |v: &f64| *v >= self.low * (1.0 - 1e-9) - 1e-9 && *v <= self.high * (1.0 + 1e-9);
        if self.log {
            let from = self.low.log10().floor() as i32;
            let to = self.high.log10().ceil() as i32;
            let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
            return (from..=to).flat_map(|d| steps.map(|s| s * 10f64.powi(d))).filter(inside).collect();
        }
        let step = even_step(self.high - self.low);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

fn even_step(span: f64) -> f64 {
    if !(span.is_finite() && span > 0.0) {
        return 1.0;
    }
    let rough = span / STEPS_WANTED;
    let power = 10f64.powf(rough.log10().floor());
    STEPS.iter().map(|s| s * power).find(|s| *s >= rough).unwrap_or(10.0 * power)
}

/// Line of a plot.
#[derive(Debug, Clone)]
pub struct Line {
    points: Vec<[f64; 2]>,
    colour: String,
    label: Option<String>,
    width: f64,
    dash: bool,
    on_top: bool,
}

impl Line {
    /// Makes a solid line through points.
    pub fn new(points: Vec<[f64; 2]>, colour: &str) -> Self {
        Self { points, colour: colour.into(), label: None, width: 2.2, dash: false, on_top: false }
    }

    /// Adds a name at its end.
    pub fn label(mut self, label: &str) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Draws it thin.
    pub fn thin(mut self) -> Self {
        self.width = 1.0;
        self
    }

    /// Draws it dashed.
    pub fn dashed(mut self) -> Self {
        self.dash = true;
        self
    }

    /// Uses the axis on top for x.
    pub fn on_top(mut self) -> Self {
        self.on_top = true;
        self
    }
}

/// Plot.
#[derive(Debug, Clone)]
pub struct Plot {
    title: String,
    subtitle: String,
    height: f64,
    x: Axis,
    y: Axis,
    top: Option<Axis>,
    marks: Vec<(f64, String)>,
    key: Vec<(String, String)>,
    lines: Vec<Line>,
}

impl Plot {
    /// Makes an empty plot.
    pub fn new(title: &str, subtitle: &str, x: Axis, y: Axis) -> Self {
        let (title, subtitle) = (title.into(), subtitle.into());
        Self { title, subtitle, height: HEIGHT, x, y, top: None, marks: Vec::new(), key: Vec::new(), lines: Vec::new() }
    }

    /// Sets the height, px.
    pub fn height(mut self, height: f64) -> Self {
        self.height = height;
        self
    }

    /// Adds the meaning of a colour above the plot.
    pub fn key(&mut self, colour: &str, meaning: &str) {
        self.key.push((colour.into(), meaning.into()));
    }

    /// Adds a line.
    pub fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds an axis on top.
    pub fn top(&mut self, axis: Axis) {
        self.top = Some(axis);
    }

    /// Marks a value of the axis on top.
    pub fn top_mark(&mut self, value: f64, label: &str) {
        self.marks.push((value, label.into()));
    }

    /// Returns the plot as SVG.
    pub fn svg(&self) -> String {
        let [left, right, top, bottom] = MARGINS;
        let (x0, x1, y0, y1) = (left, WIDTH - right, self.height - bottom, top);
        let across = |axis: &Axis, v: f64| x0 + (x1 - x0) * axis.share(v);
        let up = |v: f64| y0 + (y1 - y0) * self.y.share(v);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" {FONT} font-size=\"12\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
             <clipPath id=\"inside\"><rect x=\"{x0}\" y=\"{y1}\" width=\"{}\" height=\"{}\"/></clipPath>\n",
            WIDTH,
            self.height,
            WIDTH,
            self.height,
            x1 - x0,
            y0 - y1
        );
        let _ = writeln!(
            svg,
            "<text x=\"{x0}\" y=\"26\" font-size=\"18\" font-weight=\"bold\">{}</text>",
            escaped(&self.title)
        );
        for (i, line) in wrapped(&self.subtitle).iter().enumerate() {
            let y = 46 + 16 * i;
            let _ = writeln!(svg, "<text x=\"{x0}\" y=\"{y}\" fill=\"#444\">{}</text>", escaped(line));
        }
        let mut at = [x0, y1 - KEY_LINE - 14.0];
        for (colour, meaning) in &self.key {
            let width = 27.0 + KEY_GAP + KEY_LETTER * meaning.chars().count() as f64;
            if at[0] + width > x1 {
                at = [x0, at[1] + KEY_LINE];
            }
            let [x, y] = at;
            let _ = writeln!(
                svg,
                "<path d=\"M{x:.1} {y:.1}h22\" stroke=\"{colour}\" stroke-width=\"4\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x + 27.0,
                y + 4.0,
                escaped(meaning)
            );
            at[0] += width;
        }
        for v in self.x.ticks() {
            let x = across(&self.x, v);
            rule(&mut svg, [x, y0], [x, y1]);
            text(&mut svg, x, y0 + 18.0, "middle", &number(v));
        }
        for v in self.y.ticks() {
            let y = up(v);
            rule(&mut svg, [x0, y], [x1, y]);
            text(&mut svg, x0 - 8.0, y + 4.0, "end", &number(v));
        }
        text(&mut svg, 0.5 * (x0 + x1), self.height - 20.0, "middle", &format!("{} ({})", self.x.name, self.x.unit));
        let _ = writeln!(
            svg,
            "<text transform=\"translate(24 {:.1}) rotate(-90)\" text-anchor=\"middle\">{} ({})</text>",
            0.5 * (y0 + y1),
            escaped(&self.y.name),
            escaped(&self.y.unit)
        );
        if let Some(axis) = &self.top {
            for v in axis.ticks() {
                let x = across(axis, v);
                let _ = writeln!(svg, "<path d=\"M{x:.1} {y1} v-6\" stroke=\"#333\"/>");
                text(&mut svg, x, y1 - 10.0, "middle", &number(v));
            }
            text(&mut svg, 0.5 * (x0 + x1), y1 - 27.0, "middle", &format!("{} ({})", axis.name, axis.unit));
            for (value, label) in &self.marks {
                let x = across(axis, *value);
                let _ = writeln!(
                    svg,
                    "<path d=\"M{x:.1} {y0} V{y1}\" stroke=\"#333\" stroke-dasharray=\"6 4\"/>\
                     <text transform=\"translate({:.1} {:.1}) rotate(-90)\" fill=\"#333\">{} {}</text>",
                    x - 4.0,
                    y0 - 10.0,
                    escaped(label),
                    number(*value)
                );
            }
        }
        let mut names: Vec<(f64, f64, &str, &str)> = Vec::new();
        for line in &self.lines {
            let axis = if line.on_top { self.top.as_ref().unwrap_or(&self.x) } else { &self.x };
            let points: Vec<[f64; 2]> =
                line.points.iter().filter(|p| p[1].is_finite()).map(|p| [across(axis, p[0]), up(p[1])]).collect();
            let dash = if line.dash { " stroke-dasharray=\"7 5\"" } else { "" };
            let mut path = String::new();
            let mut drawn: Option<[f64; 2]> = None;
            for (i, &[x, y]) in points.iter().enumerate() {
                let is_seen = drawn.is_none_or(|[a, b]| (x - a).abs().max((y - b).abs()) > LEAST_STROKE);
                if is_seen || i + 1 == points.len() {
                    let _ = write!(path, "{}{x:.1} {y:.1}", if drawn.is_none() { 'M' } else { 'L' });
                    drawn = Some([x, y]);
                }
            }
            let _ = writeln!(
                svg,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash} clip-path=\"url(#inside)\"/>",
                line.colour, line.width
            );
            if let (Some(label), Some([x, y])) = (&line.label, label_place(&points, [x0, x1], [y1, y0])) {
                names.push((x, y, label, &line.colour));
            }
        }
        let _ = writeln!(
            svg,
            "<rect x=\"{x0}\" y=\"{y1}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#333\"/>",
            x1 - x0,
            y0 - y1
        );
        // From the top down, each name moves to make room for the previous one.
        names.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut written: Vec<[f64; 2]> = Vec::new();
        for (x, y, label, colour) in names {
            let mut y = y.min(y0 - LABEL_GAP);
            while let Some(other) =
                written.iter().find(|w| (w[0] - x).abs() < LABEL_WIDTH && (w[1] - y).abs() < LABEL_GAP - 0.1)
            {
                y = other[1] + LABEL_GAP;
            }
            written.push([x, y]);
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\" stroke=\"white\" stroke-width=\"3\" \
                 paint-order=\"stroke\">{}</text>",
                x + 5.0,
                y + 4.0,
                escaped(label)
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// Returns several plots below each other as one SVG.
pub fn stacked(plots: &[Plot]) -> String {
    let height: f64 = plots.iter().map(|p| p.height).sum();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">\n"
    );
    let mut y = 0.0;
    for plot in plots {
        let _ = writeln!(svg, "<g transform=\"translate(0 {y})\">\n{}</g>", plot.svg());
        y += plot.height;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Returns the point at which a line leaves the plot or ends, for its name.
fn label_place(points: &[[f64; 2]], x: [f64; 2], y: [f64; 2]) -> Option<[f64; 2]> {
    let inside = |p: &[f64; 2]| p[0] >= x[0] && p[0] <= x[1] + 0.01 && p[1] >= y[0] && p[1] <= y[1];
    if let Some(last) = points.iter().rev().find(|p| inside(p)) {
        let index = points.iter().rposition(|p| p == last)?;
        // A line of two points may leave through the top or the bottom between them.
        return Some(points.get(index + 1).map_or(*last, |next| edge(*last, *next, y)));
    }
    let pair = points.windows(2).find(|w| (w[0][1] - y[0]) * (w[1][1] - y[0]) < 0.0)?;
    Some(edge(pair[0], pair[1], y))
}

fn edge(a: [f64; 2], b: [f64; 2], y: [f64; 2]) -> [f64; 2] {
    let target = if b[1] < y[0] {
        y[0]
    } else if b[1] > y[1] {
        y[1]
    } else {
        return a;
    };
    let t = (target - a[1]) / (b[1] - a[1]);
    [a[0] + t * (b[0] - a[0]), target + 12.0]
}

fn rule(svg: &mut String, a: [f64; 2], b: [f64; 2]) {
    let _ = writeln!(svg, "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#e4e4e4\"/>", a[0], a[1], b[0], b[1]);
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words));
}

fn number(v: f64) -> String {
    let rounded = (v * 1000.0).round() / 1000.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn wrapped(words: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let line = lines.last_mut().map_or(0, |l| l.chars().count());
        if line > 0 && line + word.chars().count() > WRAP {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            Axis::linear("v", "km/h", 0.0, 50.0).ticks(),
            [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0]
        );
        let log = Axis::log("F", "kN", 10.0, 500.0).ticks();
        assert!(log.contains(&10.0) && log.contains(&500.0) && log.iter().all(|t| (10.0..=500.0).contains(t)));
    }

    #[test]
    fn a_plot_of_odd_numbers_is_still_a_plot() {
        let mut plot =
            Plot::new("a < b", "", Axis::linear("x", "m", 3.0, 3.0), Axis::covering("y", "m", [f64::NAN].into_iter()));
        plot.line(Line::new(vec![[0.0, f64::NAN], [1.0, 2.0]], "#000").label("l"));
        let svg = plot.svg();
        assert!(svg.contains("a &lt; b") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}
