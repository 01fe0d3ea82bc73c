//! Writes what the fuzz targets start from: one small sound file a target and some with a fault in them, under
//! `corpus/TARGET/`. The surveys all show the same mine, an L of two roads with a yard and a pad, at points about 10 m apart.

use haul_core::{PlaceId, Pose2, SimTime, TruckId, VehicleId, VehicleKind};
use haul_messages::{Body, CycleState, Envelope, Epoch, PathPose, Stated, Uuid, VehicleReport};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use tiff::encoder::{Compression, TiffEncoder, colortype::Gray32Float};
use tiff::tags::Tag;

type Points = Vec<(f64, f64, f64)>;

/// Corners of the edge, m.
const CORNERS: [(f64, f64); 12] = [
    (0.0, 0.0),
    (420.0, 0.0),
    (420.0, 260.0),
    (470.0, 260.0),
    (470.0, 350.0),
    (380.0, 350.0),
    (380.0, 260.0),
    (394.0, 260.0),
    (394.0, 26.0),
    (60.0, 26.0),
    (60.0, 70.0),
    (0.0, 70.0),
];
/// Distance between the edge's points, m.
const STEP: f64 = 10.0;
/// Cells of the rasters, east and north, and their size, m.
const CELLS: (usize, usize) = (18, 16);
const CELL: f64 = 30.0;

fn height(x: f64, y: f64) -> f64 {
    100.0 + 0.03 * x + 0.05 * y
}

/// The closed edge: the first point is repeated at the end.
fn ring() -> Points {
    let mut points = Points::new();
    for (k, a) in CORNERS.iter().enumerate() {
        let b = CORNERS[(k + 1) % CORNERS.len()];
        let pieces = (((b.0 - a.0).abs() + (b.1 - a.1).abs()) / STEP).ceil();
        for n in 0..pieces as usize {
            let t = n as f64 / pieces;
            let (x, y) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
            points.push((x, y, height(x, y)));
        }
    }
    points.push(points[0]);
    points
}

fn csv() -> String {
    let rows = ring().iter().fold(String::new(), |mut all, (x, y, z)| {
        let _ = writeln!(all, "a,{x:.2},{y:.2},{z:.2}");
        all
    });
    format!("string,x,y,z\n{rows}")
}

fn surpac_str(points: &Points) -> String {
    let mut text = "pit,24-Nov-26,,edges\n0, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000\n".to_owned();
    points.iter().for_each(|(x, y, z)| {
        let _ = writeln!(text, "1, {y:.2}, {x:.2}, {z:.2}, edge");
    });
    text + "0, 0.000, 0.000, 0.000,\n0, 0.000, 0.000, 0.000, END\n"
}

/// A surface of a row of squares; its strings follow a line with a hash.
fn surpac_dtm() -> String {
    let points: Points = (0..24).map(|k| (30.0 * f64::from(k / 2), 30.0 * f64::from(k % 2), 100.0)).collect();
    let mut text =
        "s.str,\n0, 0.0, 0.0, 0.0, END\nOBJECT, 1,\nTRISOLATION, 1, neighbours=no,validated=true,closed=no\n"
            .to_owned();
    for k in 0..22 {
        let _ = writeln!(text, "{}, {}, {}, {}, 0, 0, 0,", k + 1, k + 1, k + 2, k + 3);
    }
    text + "END\n#\n" + &surpac_str(&points)
}

fn dxf() -> String {
    let mut text = "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n6\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n".to_owned();
    text += "0\nPOLYLINE\n8\nROAD_EDGE\n66\n1\n70\n9\n10\n0\n20\n0\n30\n0\n";
    for (x, y, z) in &ring() {
        let _ = write!(text, "0\nVERTEX\n8\nROAD_EDGE\n10\n{x:.2}\n20\n{y:.2}\n30\n{z:.2}\n70\n32\n");
    }
    text += "0\nSEQEND\n0\n3DFACE\n8\nGROUND\n10\n0\n20\n0\n30\n100\n11\n50\n21\n0\n31\n101\n12\n50\n22\n50\n32\n102\n13\n50\n23\n50\n33\n102\n";
    text += "0\nLWPOLYLINE\n8\nCREST\n90\n2\n38\n110\n10\n0\n20\n90\n10\n60\n20\n90\n42\n0.5\n0\nLINE\n8\nTOE\n10\n0\n20\n95\n30\n100\n11\n60\n21\n95\n31\n101\n";
    text + "0\nENDSEC\n0\nEOF\n"
}

/// A drawing of a placed block, curves and meshes, as `code value` pairs.
const DXF_OF_MANY_KINDS: &str = "0 SECTION 2 BLOCKS 0 BLOCK 2 B 10 1 20 0 0 LINE 8 0 10 0 20 0 30 5 11 9 21 0 31 5 0 ENDBLK 0 \
    ENDSEC 0 SECTION 2 ENTITIES 0 INSERT 8 A 2 B 10 5 20 5 41 2 50 30 70 2 71 2 44 9 45 9 230 -1 0 ARC 8 A 10 0 20 0 40 9 50 0 51 \
    90 0 CIRCLE 8 A 10 0 20 0 40 9 0 ELLIPSE 8 A 10 0 20 0 11 9 21 0 40 0.5 41 0 42 3 0 SPLINE 8 A 70 8 71 2 40 0 40 0 40 0 40 1 \
    40 1 40 1 10 0 20 0 10 5 20 9 10 9 20 0 41 1 41 2 41 1 0 SPLINE 8 A 70 1 11 0 21 0 11 5 21 9 11 9 21 0 0 POLYLINE 8 A 70 16 \
    71 2 72 2 0 VERTEX 10 0 20 0 30 1 0 VERTEX 10 9 20 0 30 1 0 VERTEX 10 0 20 9 30 1 0 VERTEX 10 9 20 9 30 1 0 SEQEND 0 POLYLINE \
    8 A 70 64 0 VERTEX 70 192 10 0 20 0 0 VERTEX 70 192 10 9 20 0 0 VERTEX 70 192 10 0 20 9 0 VERTEX 70 128 71 1 72 2 73 3 0 \
    SEQEND 0 MESH 8 A 92 3 10 0 20 0 30 5 10 9 20 0 30 5 10 9 20 9 30 5 93 4 90 3 90 0 90 1 90 2 94 0 0 SOLID 8 A 10 0 20 0 30 1 11 \
    9 21 0 31 1 12 0 22 9 32 1 0 ENDSEC 0 EOF";

/// The same drawing in text form.
fn dxf_of_many_kinds() -> String {
    DXF_OF_MANY_KINDS.split_whitespace().map(|word| format!("{word}\n")).collect()
}

/// A drawing in binary form: one line.
fn dxf_binary() -> Vec<u8> {
    let mut bytes = b"AutoCAD Binary DXF\r\n\x1a\0".to_vec();
    let text = |code: u16, value: &str| [&code.to_le_bytes()[..], value.as_bytes(), &[0]].concat();
    for (code, value) in [(0, "SECTION"), (2, "ENTITIES"), (0, "LINE"), (8, "A")] {
        bytes.extend(text(code, value));
    }
    for (code, value) in [(10_u16, 0.0_f64), (20, 0.0), (30, 5.0), (11, 9.0), (21, 0.0), (31, 5.0)] {
        bytes.extend(code.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(text(0, "ENDSEC"));
    bytes.extend(text(0, "EOF"));
    bytes
}

/// A strings file of Surpac in binary form: one string of two points.
fn surpac_str_binary() -> Vec<u8> {
    let mut bytes = b"pit,24-Nov-26,,\r\n0, 0.000, 0.000, 0.000\r\n\0\0\0\0\0".to_vec();
    for (number, north, end) in [(1_i32, 0.0_f64, ""), (1, 9.0, "toe"), (0, 0.0, ""), (0, 0.0, "END")] {
        bytes.extend(number.to_be_bytes());
        [north, 0.0, 5.0].iter().for_each(|v| bytes.extend(v.to_be_bytes()));
        bytes.extend(end.as_bytes());
        bytes.push(0);
    }
    bytes
}

fn landxml() -> String {
    let list: Vec<String> = ring().iter().map(|(x, y, z)| format!("{y:.2} {x:.2} {z:.2}")).collect();
    format!(
        "<?xml version=\"1.0\"?>\n<LandXML version=\"1.2\"><Units><Metric linearUnit=\"meter\"/></Units><PlanFeatures>\
         <PlanFeature name=\"edge\"><CoordGeom><IrregularLine><PntList3D>{}</PntList3D></IrregularLine></CoordGeom>\
         </PlanFeature></PlanFeatures></LandXML>\n",
        list.join(" ")
    )
}

fn landxml_surface() -> String {
    let mut text = "<LandXML><Units><Imperial linearUnit=\"foot\"/></Units><Surfaces><Surface name=\"g\"><Definition \
                    surfType=\"TIN\"><Pnts>\n"
        .to_owned();
    for k in 0..24 {
        let _ = writeln!(text, "<P id=\"{}\">{} {} 100.5</P>", k + 1, 90 * (k % 2), 90 * (k / 2));
    }
    text += "</Pnts><Faces>\n";
    for k in 0..22 {
        let invisible = if k > 18 { " i=\"1\"" } else { "" };
        let _ = writeln!(text, "<F{invisible}>{} {} {}</F>", k + 1, k + 2, k + 3);
    }
    text + "</Faces></Definition></Surface></Surfaces></LandXML>\n"
}

fn geojson() -> String {
    let list: Vec<String> = ring().iter().map(|(x, y, z)| format!("[{x:.2},{y:.2},{z:.2}]")).collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"layer\":\"edge\"}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}},{{\"type\":\"Feature\",\"properties\":{{}},\
         \"geometry\":{{\"type\":\"MultiLineString\",\"coordinates\":[[[0,90,100],[60,90,100]],[[0,95],[60,95]]]}}}},\
         {{\"type\":\"Feature\",\"properties\":null,\"geometry\":{{\"type\":\"Point\",\"coordinates\":[5,95,101]}}}}]}}",
        list.join(",")
    )
}

/// Elevations row by row from the north; the south-east corner is unknown.
fn elevations(no_data: f32) -> Vec<f32> {
    let (w, h) = CELLS;
    let at = |i: usize, j: usize| {
        let z = height(CELL * (i as f64 - 0.5), CELL * ((h - j) as f64 - 2.5));
        if i > 14 && j > 13 { no_data } else { z as f32 }
    };
    (0..h).flat_map(|j| (0..w).map(move |i| at(i, j))).collect()
}

fn esri_ascii() -> String {
    let (w, h) = CELLS;
    let mut text = format!("ncols {w}\nnrows {h}\nxllcorner -30\nyllcorner -60\ncellsize {CELL}\nNODATA_value -9999\n");
    for row in elevations(-9999.0).chunks(w) {
        let words: Vec<String> = row.iter().map(|z| format!("{z:.2}")).collect();
        let _ = writeln!(text, "{}", words.join(" "));
    }
    text
}

fn surfer() -> String {
    let (w, h) = CELLS;
    let (east, north) = (CELL * (w - 1) as f64, CELL * (h - 1) as f64);
    let mut text = format!("DSAA\n{w} {h}\n-30 {}\n-60 {}\n-100 900\n", east - 30.0, north - 60.0);
    for row in elevations(1.70141e38).chunks(w).rev() {
        let words: Vec<String> = row.iter().map(|z| format!("{z:.2}")).collect();
        let _ = writeln!(text, "{}", words.join(" "));
    }
    text
}

fn geotiff(compression: Compression) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?.with_compression(compression);
    let mut image = encoder.new_image::<Gray32Float>(CELLS.0 as u32, CELLS.1 as u32)?;
    image.rows_per_strip(5)?;
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[CELL, CELL, 0.0][..])?;
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, -30.0, 420.0, 0.0][..])?;
    tags.write_tag(Tag::GeoKeyDirectoryTag, &[1_u16, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3076, 0, 1, 9001][..])?;
    tags.write_tag(Tag::Unknown(42113), "-9999")?;
    image.write_data(&elevations(-9999.0))?;
    Ok(bytes.into_inner())
}

/// White inside the edge, at 10 m a pixel.
fn mask(colour: png::ColorType) -> Result<Vec<u8>, Box<dyn Error>> {
    let (w, h) = (48_u32, 36_u32);
    let edge = ring();
    let inside = |x: f64, y: f64| {
        let crossed = edge.windows(2).filter(|s| {
            let (a, b) = (s[0], s[1]);
            (a.1 > y) != (b.1 > y) && a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1) > x
        });
        crossed.count() % 2 == 1
    };
    let mut pixels = Vec::new();
    for k in 0..w * h {
        let (x, y) = (f64::from(k % w) * 10.0 - 2.5, 352.5 - f64::from(k / w) * 10.0);
        let white = if inside(x, y) { 255 } else { 0 };
        pixels.extend(std::iter::repeat_n(white, colour.samples()));
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, w, h);
    encoder.set_color(colour);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(bytes)
}

/// One message of each kind, and small mistakes that the reader accepts.
fn messages() -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let (id, place) = (Uuid::from_u128(7), PlaceId::from("face_1"));
    let at = Epoch::default().at(SimTime::from_seconds(90.0));
    let pose = PathPose { station: 10.0, pose: Pose2::new(12.5, -40.0, 1.5), reverse: false };
    let path = vec![pose, PathPose { station: 11.0, reverse: true, ..pose }];
    let report = VehicleReport {
        vehicle: VehicleId::from("cart"),
        kind: VehicleKind::WaterCart,
        pose: Pose2::new(12.5, -40.0, 1.5),
        speed: 8.25,
    };
    let bodies = [
        Body::AssignmentV1 {
            assignment_id: id,
            load_place: place.clone(),
            dump_place: PlaceId::from("crusher"),
            park: Some(PlaceId::from("park")),
        },
        Body::PathGrantV1 { request_id: id, up_to_station: 120.0, behind: Some(TruckId(2)) },
        Body::SpotGrantV1 { visit_id: id, place: place.clone(), spot_index: 1 },
        Body::WaitV1 { visit_id: id, place: place.clone(), queue_index: 2 },
        Body::LeaveSpotV1 { visit_id: id, place: place.clone(), payload_kg: Some(91e3) },
        Body::ReceiptV1 { stated: Stated::Tipped, stated_at: at },
        Body::AllStopV1 { stop_id: id },
        Body::ResumeV1 { stop_id: id },
        Body::TrafficV1 { report: report.clone(), reported_at: at },
        Body::VehicleStateV1 { report },
        Body::EquipmentStateV1 {
            assignment_id: Some(id),
            pose: Pose2::new(12.5, -40.0, 1.5),
            speed: 8.25,
            payload_kg: 9e4,
            state: CycleState::TravelLoaded,
        },
        Body::PathRequestV1 { request_id: id, path, stops: vec![11.0], passed: 4.0, wanted: 9.5 },
        Body::SpotRequestV1 { visit_id: id, place: place.clone() },
        Body::SpottedV1 { visit_id: id, place: place.clone(), spot_index: 0 },
        Body::LeftSpotV1 { visit_id: id, place: place.clone() },
        Body::NoPathV1 { visit_id: id, place: place.clone(), spot_index: Some(1), cause: "a wall".into() },
        Body::TippedV1 { visit_id: id, place, payload_kg: 9e4 },
        Body::AllStopAcknowledgedV1 { stop_id: id },
    ];
    let mut all = Vec::new();
    for body in bodies {
        let text = Envelope::new(TruckId(1), at, body).to_json()?;
        all.push(text.replace(',', ",\n ").replacen('"', "\u{201c}", 2).into_bytes());
        all.push(text.into_bytes());
    }
    Ok(all)
}

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let files: [(&str, Vec<Vec<u8>>); 11] = [
        ("message", messages()?),
        (
            "csv",
            vec![
                csv().into(),
                csv().replace("a,0.00,10.00", "b,0.00,10.00").into(),
                csv().replacen("a,", "1e9,", 3).into(),
            ],
        ),
        (
            "surpac_str",
            vec![surpac_str(&ring()).into(), surpac_str(&ring()[..20].to_vec()).into(), surpac_str_binary()],
        ),
        ("surpac_dtm", vec![surpac_dtm().into(), surpac_dtm().replace("TRISOLATION", "OBJECT").into()]),
        (
            "dxf",
            vec![dxf().into(), dxf().replace("70\n6\n", "70\n2\n").into(), dxf_of_many_kinds().into(), dxf_binary()],
        ),
        ("landxml", vec![landxml().into(), landxml_surface().into()]),
        ("geojson", vec![geojson().into(), geojson().replace("MultiLineString", "Polygon").into()]),
        ("esri_ascii", vec![esri_ascii().into(), esri_ascii().replace("corner", "center").into()]),
        ("surfer", vec![surfer().into(), surfer().replace('.', ",").into()]),
        (
            "geotiff",
            vec![
                geotiff(Compression::Uncompressed)?,
                geotiff(Compression::Deflate(tiff::encoder::DeflateLevel::Balanced))?,
                geotiff(Compression::Lzw)?,
            ],
        ),
        ("mask", vec![mask(png::ColorType::Grayscale)?, mask(png::ColorType::Rgba)?]),
    ];
    for (target, seeds) in files {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        for (k, bytes) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed_{k}")), bytes)?;
        }
    }
    Ok(())
}
