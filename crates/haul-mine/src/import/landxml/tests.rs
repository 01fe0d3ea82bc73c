use super::super::units::Unit;
use super::*;
use crate::import::LayeredString;
use proptest::prelude::*;

/// Returns a LandXML file with this body.
fn file(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<LandXML xmlns=\"http://www.landxml.org/schema/LandXML-1.2\" version=\"1.2\"><Units><Metric \
         linearUnit=\"meter\"/></Units>{body}</LandXML>\n"
    )
}

fn with(text: &str, options: &ReadOptions) -> Result<Survey, String> {
    super::read(&SourceText::new("e.xml", text), options).map_err(|e| e.to_string())
}

fn survey(body: &str) -> Survey {
    with(&file(body), &ReadOptions::default()).unwrap_or_else(|e| panic!("{body}: {e}"))
}

fn fault(body: &str) -> String {
    with(&file(body), &ReadOptions::default()).unwrap_err()
}

fn found(survey: &Survey) -> String {
    survey.findings.lines().collect::<Vec<_>>().join("\n")
}

/// Returns a horizontal surface of two triangles, with its south-western corner at (`north`, `east`).
fn square(name: &str, north: f64, east: f64, height: f64) -> String {
    let p = |id: u32, n: f64, e: f64| format!("<P id=\"{id}\">{} {} {height}</P>", north + n, east + e);
    format!(
        "<Surface name=\"{name}\"><Definition surfType=\"TIN\"><Pnts>{}{}{}{}</Pnts><Faces><F>7 3 900</F><F>7 900 2</F></Faces>\
         </Definition></Surface>",
        p(900, 10.0, 10.0),
        p(3, 0.0, 10.0),
        p(7, 0.0, 0.0),
        p(2, 10.0, 0.0)
    )
}

/// Returns the points of a string as (north, east, height).
fn points(string: &LayeredString) -> Vec<[f64; 3]> {
    string.string.points.iter().map(|p| [p.x, p.y, p.z]).collect()
}

/// Returns the area enclosed by a closed string.
fn area(string: &LayeredString) -> f64 {
    let p = &string.string.points;
    let cross = |k: usize| p[k].x * p[(k + 1) % p.len()].y - p[k].y * p[(k + 1) % p.len()].x;
    ((0..p.len()).map(cross).sum::<f64>() / 2.0).abs()
}

fn feature(pieces: &str) -> String {
    format!("<PlanFeatures><PlanFeature name=\"edge\"><CoordGeom>{pieces}</CoordGeom></PlanFeature></PlanFeatures>")
}

#[test]
fn surfaces_over_each_other_are_told_apart() {
    let body = format!("<Surfaces>{}{}</Surfaces>", square("EG", 0.0, 0.0, 300.0), square("FG", 2.0, 2.0, 304.0));
    let error = fault(&body);
    for expected in
        ["found 2 of which `EG` and `FG` lie over each other", "differ by 4.00", "--surface \"FG\"", "2 faces"]
    {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let one = |name: &str| {
        let surface = Some(name.to_owned());
        with(&file(&body), &ReadOptions { surface, ..ReadOptions::default() })
    };
    let design = one("fg").unwrap();
    assert!(design.mesh.faces.len() == 2 && design.mesh.vertices.iter().all(|p| p.z == 304.0));
    assert!(found(&design).contains("left out: 1 surfaces: `EG` was not asked for by --surface"));
    let twins = body.replace("\"FG\"", "\"EG\"");
    let surface = Some("EG".to_owned());
    let error = with(&file(&twins), &ReadOptions { surface, ..ReadOptions::default() }).unwrap_err();
    assert!(error.contains("`EG` and `EG` lie over each other") && error.contains("a name of its own"), "{error}");
    assert!(one("AG").unwrap_err().contains("surfaces of the file: `EG`"));
}

#[test]
fn surfaces_beside_each_other_make_one_ground() {
    let survey = survey(&format!("<Surfaces>{}{}</Surfaces>", square("W", 0.0, 0.0, 5.0), square("E", 0.0, 10.0, 5.0)));
    assert_eq!(survey.mesh.faces.len(), 4);
    assert!(found(&survey).contains("assumed: the 2 surfaces lie beside each other and make one ground: `W`"));
}

#[test]
fn surfaces_of_contours_over_each_other_are_told_apart() {
    let contours = |name: &str| {
        format!(
            "<Surface name=\"{name}\"><SourceData><Contours><Contour elev=\"1\"><PntList2D>0 0 9 9</PntList2D></Contour></Contours>\
             </SourceData></Surface>"
        )
    };
    assert!(
        fault(&format!("<Surfaces>{}{}</Surfaces>", contours("EG"), contours("FG"))).contains("lie over each other")
    );
}

#[test]
fn faces_of_four_points_and_invisible_faces_are_counted() {
    let survey = survey(
        "<Surfaces><Surface name=\"grid\"><Definition surfType=\"grid\"><Faces><F n=\"0 0 0\">1 2 3 4</F><F>1 2 3 3</F><F i=\"1\">1 2 \
         3</F></Faces><Pnts><P id=\"4\">1 0 5</P><P id=\"3\">1 1 5</P><P id=\"2\">0 1 5</P><P id=\"1\">0 0 5</P></Pnts></Definition>\
         </Surface></Surfaces>",
    );
    assert_eq!(survey.mesh.faces.len(), 3);
    assert!(found(&survey).contains("note: 1 faces of four points were split into triangles"), "{}", found(&survey));
    assert!(found(&survey).contains("left out: 1 faces: these are marked as invisible"));
}

#[test]
fn faulty_surfaces_are_reported_with_the_place() {
    let surface = |pnts: &str, faces: &str| {
        format!(
            "<Surfaces><Surface name=\"s\"><Definition><Pnts>{pnts}</Pnts><Faces>{faces}</Faces></Definition></Surface></Surfaces>"
        )
    };
    let pnts = "<P id=\"1\">0 0 1</P><P id=\"2\">0 1 1</P><P id=\"3\">1 1 1</P>";
    for (pnts, faces, expected) in [
        (pnts, "<F>1 2 4</F>", "expected a face of three known points, found `1 2 4`"),
        (pnts, "<F>1 2</F>", "expected a face of three or four points, found `1 2`"),
        ("<P id=\"1\">0 0 1</P><P id=\"1\">0 1 1</P>", "", "point 1 occurs twice in surface s"),
        ("<P id=\"1\">0 0</P>", "", "point 1: expected 3 coordinates, found 2"),
        ("<P id=\"1\">0 1,5 2</P>", "", "expected coordinates, found `1,5`"),
        ("<P id=\"1\">0 1 NaN</P>", "", "expected coordinates, found `NaN`"),
    ] {
        let error = fault(&surface(pnts, faces));
        assert!(error.starts_with("e.xml:2:") && error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn source_data_are_kept_apart() {
    let survey = survey(
        "<Surfaces><Surface name=\"s\"><SourceData><DataPoints><PntList3D>1 2 3 4 5 6</PntList3D></DataPoints><DataPoints><PntList2D>1 2\
         </PntList2D></DataPoints><Breaklines><Breakline brkType=\"wall\" name=\"crest &amp; toe\"><PntList3D>0 0 1 5 5 1</PntList3D>\
         </Breakline></Breaklines><Boundaries><Boundary bndType=\"void\" name=\"hole\"><PntList2D>0 0 0 3 3 3</PntList2D></Boundary>\
         </Boundaries><Contours><Contour elev=\"301.5\"><PntList2D>0 0 9 9</PntList2D></Contour><Contour><PntList2D>0 0 9 9</PntList2D>\
         </Contour></Contours><PointFiles><PointFile fileName=\"p.txt\"/></PointFiles></SourceData><Watersheds><Watershed><PntList2D>0 0 9 \
         9</PntList2D></Watershed></Watersheds></Surface></Surfaces>",
    );
    assert_eq!(survey.points, [haul_core::Point3::new(1.0, 2.0, 3.0), haul_core::Point3::new(4.0, 5.0, 6.0)]);
    let layers: Vec<(&str, bool, bool)> =
        survey.strings.iter().map(|s| (s.layer.as_str(), s.string.closed, s.has_heights)).collect();
    assert_eq!(layers, [("crest & toe", false, true), ("hole", true, false)]);
    assert_eq!(points(&survey.ground_strings[0]), [[0.0, 0.0, 301.5], [9.0, 9.0, 301.5]]);
    for expected in [
        "1 data points: they have no heights",
        "1 contours: they have no height (elev)",
        "1 point files",
        "1 watersheds",
    ] {
        assert!(found(&survey).contains(expected), "{expected}: {}", found(&survey));
    }
}

#[test]
fn source_data_of_a_surface_with_faces_are_left_out() {
    let body = square("s", 0.0, 0.0, 1.0).replace(
        "<Definition",
        "<SourceData><DataPoints><PntList3D>1 2 3</PntList3D></DataPoints><Contours><Contour elev=\"1\"><PntList2D>0 0 9 9</PntList2D>\
         </Contour></Contours><Boundaries><Boundary bndType=\"outer\" name=\"b\"><PntList3D>0 0 1 0 9 1 9 9 1</PntList3D></Boundary>\
         <Boundary bndType=\"outer\" name=\"haul road\"><PntList3D>0 0 1 0 9 1 9 9 1</PntList3D></Boundary></Boundaries></SourceData>\
         <Definition",
    );
    let survey = survey(&body);
    assert_eq!((survey.points.len(), survey.strings.len(), survey.ground_strings.len()), (0, 1, 0));
    for expected in
        ["1 data points: the faces of surface `s`", "1 contours", "1 boundaries: the faces of surface `s` end there"]
    {
        assert!(found(&survey).contains(expected), "{expected}: {}", found(&survey));
    }
    let edges = vec!["b".to_owned()];
    let asked = with(&file(&body), &ReadOptions { edges, ..ReadOptions::default() }).unwrap();
    assert_eq!(asked.strings.len(), 2);
}

#[test]
fn feature_lines_of_lines_and_arcs_make_one_ring() {
    // A stadium with sides of 100 m and half circles of 10 m radius at both ends. On the map, both arcs turn left.
    let ring = |curve: &str, centres: [&str; 2]| {
        format!(
            "<Line><Start>0 0 5</Start><End>0 100 6</End></Line><Curve {curve}>{}<Start>0 100 6</Start><End>20 100 6</End></Curve><Line>\
             <Start>20 100 6</Start><End>20 0 5</End></Line><Curve {curve}><End>0 0 5</End><Start>20 0 5</Start>{}</Curve>",
            centres[0], centres[1]
        )
    };
    let expected = 2_000.0 + std::f64::consts::PI * 100.0;
    for (curve, centres) in [
        ("rot=\"ccw\" crvType=\"arc\"", ["<Center>10 100</Center>", "<Center>10 0</Center>"]),
        ("rot=\"ccw\" radius=\"10\"", ["", "<PI>10 -20</PI>"]),
    ] {
        let survey = survey(&feature(&ring(curve, centres)));
        assert_eq!(survey.strings.len(), 1, "{curve}");
        let string = &survey.strings[0];
        assert!(string.string.closed && string.has_heights);
        assert!((area(string) - expected).abs() < 1.5, "{}", area(string));
    }
    let clockwise = survey(&feature(&ring("rot=\"cw\"", ["<Center>10 100</Center>", "<Center>10 0</Center>"])));
    assert!((area(&clockwise.strings[0]) - (2_000.0 - std::f64::consts::PI * 100.0)).abs() < 1.5);
    for (pieces, expected) in [
        ("<Curve radius=\"9\"><Start>0 0</Start><End>0 1</End></Curve>", "expected a Curve with rot"),
        ("<Curve rot=\"cw\"><Start>0 0</Start><End>0 1</End></Curve>", "expected a Curve with a Center or a radius"),
        ("<Curve rot=\"cw\" radius=\"1\"><Start>0 0</Start><End>0 9</End></Curve>", "at least half the chord"),
        ("<Line><Start>0 0</Start></Line>", "expected an End"),
        ("<Line><Start>0</Start><End>0 1</End></Line>", "expected 2 or 3 coordinates or a pntRef, found 1 numbers"),
        (
            "<Line><Start pntRef=\"9\"/><End>0 1</End></Line>",
            "expected a coordinate point (CgPoint) named `9`, found none",
        ),
    ] {
        assert!(fault(&feature(pieces)).contains(expected), "{expected}: {}", fault(&feature(pieces)));
    }
}

/// To second order, a clothoid from a straight line to radius R, with length L, ends at the distance L (1 - L²/40R²)
/// along its initial tangent and at the offset L²/6R from it.
#[test]
fn spirals_run_between_their_ends() {
    let (length, radius) = (60.0, 200.0);
    let (along, beside) =
        (length * (1.0 - length * length / (40.0 * radius * radius)), length * length / (6.0 * radius));
    let survey = survey(&feature(&format!(
        "<Spiral length=\"{length}\" radiusStart=\"INF\" radiusEnd=\"{radius}\" rot=\"cw\" spiType=\"clothoid\"><Start>0 0</Start><PI>40 0\
         </PI><End>{along} {beside}</End></Spiral>"
    )));
    let middle = &survey.strings[0].string.points[32];
    // At half its length, the clothoid has an eighth of its final offset. Clockwise from north, the offset is to the
    // east.
    assert!((middle.y - beside / 8.0).abs() < 0.05 && (middle.x - length / 2.0).abs() < 0.05, "{middle}");
    assert_eq!(found(&survey), "");
}

#[test]
fn points_may_be_given_by_name_and_after_their_use() {
    let survey = survey(&format!(
        "{}<CgPoints><CgPoint name=\"a\">1 2 3</CgPoint><CgPoint name=\"b\" pntRef=\"c\"/><CgPoint name=\"c\">4 5 6</CgPoint></CgPoints>",
        feature(
            "<Line><Start pntRef=\"a\"/><End pntRef=\"b\"></End></Line><IrregularLine><Start>4 5 6</Start><PntList3D>7 8 9</PntList3D><End>9 \
             9 9</End></IrregularLine><Chain>a c</Chain>"
        )
    ));
    let all: Vec<_> = survey.strings.iter().map(points).collect();
    assert_eq!(
        all,
        [
            vec![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [9.0, 9.0, 9.0]],
            vec![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        ]
    );
}

#[test]
fn alignments_and_parcels_are_edges_only_if_named() {
    let body = "<Alignments><Alignment name=\"Haul road\"><CoordGeom><Line><Start>0 0</Start><End>0 9</End></Line></CoordGeom><CrossSects>\
                <CrossSect sta=\"0\"><CrossSectSurf><PntList2D>0 1 2 3</PntList2D></CrossSectSurf></CrossSect></CrossSects><Profile>\
                <ProfAlign name=\"FG\"><PVI>0 300</PVI></ProfAlign></Profile></Alignment></Alignments><Parcels><Parcel name=\"Lot 1\"><CoordGeom>\
                <Line><Start>0 0</Start><End>0 9</End></Line></CoordGeom></Parcel></Parcels>";
    let error = fault(body);
    for expected in ["found only", "1 profiles", "1 cross sections", "1 alignments", "1 parcels", "--edges"] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let edges = vec!["haul ROAD".to_owned()];
    let asked = with(&file(body), &ReadOptions { edges, ..ReadOptions::default() }).unwrap();
    assert_eq!(asked.strings.len(), 1);
    assert!(found(&asked).contains("left out: 1 parcels: `Lot 1`: they are borders of land"), "{}", found(&asked));
}

#[test]
fn units_of_plan_and_heights_are_told_apart() {
    let units = |attributes: &str| {
        let text = file(&square("s", 0.0, 0.0, 1.0)).replace("linearUnit=\"meter\"", attributes);
        let survey = with(&text, &ReadOptions::default()).unwrap();
        let unit = |u: &Option<super::super::StatedUnit>| u.as_ref().map(|u| u.unit.clone());
        (unit(&survey.plan_unit), unit(&survey.height_unit), found(&survey).contains("--height-unit"))
    };
    let (metre, foot, us) = (Some(Ok(Unit::Metre)), Some(Ok(Unit::Foot)), Some(Ok(Unit::UsSurveyFoot)));
    assert_eq!(units("linearUnit=\"meter\""), (metre.clone(), None, false));
    assert_eq!(units("linearUnit=\"meter\" elevationUnit=\"meter\""), (metre.clone(), metre.clone(), false));
    assert_eq!(units("linearUnit=\"meter\" elevationUnit=\"feet\""), (metre.clone(), foot, true));
    assert_eq!(units("linearUnit=\"USSurveyFoot\" elevationUnit=\"feet\""), (us.clone(), us, false));
    assert_eq!(units("linearUnit=\"chain\"").0, Some(Err("`chain`".to_owned())));
}

#[test]
fn other_content_is_named() {
    for (text, expected) in [
        (
            file("<CgPoints><CgPoint name=\"1\">0 0 300</CgPoint></CgPoints>"),
            "found only 1 coordinate points (CgPoints)",
        ),
        (file("<Surfaces><Surface name=\"EG\"><Definition/></Surface></Surfaces>"), "an empty surface `EG`"),
        (file("<PipeNetworks><PipeNetwork/><PipeNetwork/></PipeNetworks>"), "2 pipe networks"),
        ("<kml xmlns=\"x\"><Document/></kml>".to_owned(), "found XML with the root `kml`"),
        (file(""), "nothing to import"),
        (String::new(), "empty"),
    ] {
        let error = with(&text, &ReadOptions::default()).unwrap_err();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn content_without_lines_is_reported_and_observations_hold_points() {
    let read = survey(&format!(
        "<Alignments><Alignment name=\"a\"><AlignPIs><AlignPI><PI>0 0</PI></AlignPI></AlignPIs></Alignment></Alignments><Survey><CgPoints>\
         <CgPoint name=\"1\">0 0 5</CgPoint></CgPoints></Survey>{}<Surfaces><Surface name=\"s\"><SourceData><Chains><Chain>1 2</Chain></Chains>\
         </SourceData></Surface></Surfaces>",
        feature("<Line><Start pntRef=\"1\"/><End>9 9 9</End></Line>")
    ));
    assert_eq!(points(&read.strings[0]), [[0.0, 0.0, 5.0], [9.0, 9.0, 9.0]]);
    for expected in ["1 alignments: they have no lines", "1 surveys", "1 chains of a surface"] {
        assert!(found(&read).contains(expected), "{expected}: {}", found(&read));
    }
}

#[test]
fn prefixes_and_old_versions_are_read() {
    let text = "<lx:LandXML xmlns:lx=\"http://www.landxml.org/schema/LandXML-1.0\" version=\"1.0\"><lx:PlanFeatures><lx:PlanFeature \
                name=\"e\"><lx:CoordGeom><lx:IrregularLine><lx:PntList3D><![CDATA[0 0 1 5 5 1]]></lx:PntList3D></lx:IrregularLine>\
                </lx:CoordGeom></lx:PlanFeature></lx:PlanFeatures></lx:LandXML>";
    assert_eq!(with(text, &ReadOptions::default()).unwrap().strings.len(), 1);
}

proptest! {
    #[test]
    fn no_order_of_elements_panics(picks in proptest::collection::vec(0..24_usize, 0..30)) {
        let parts = [
            "<Surface name=\"s\">", "</Surface>", "<P id=\"1\">0 0 1</P>", "<P>1 2</P>", "<F>1 2 3</F>", "<F>1 2 3 4 5</F>", "<SourceData>",
            "</SourceData>", "<Contour elev=\"x\">", "</Contour>", "<PntList3D>1 2 3 4 5 6</PntList3D>", "<PntList2D>1 2 é</PntList2D>",
            "<CoordGeom>", "</CoordGeom>", "<Curve rot=\"cw\" radius=\"0\">", "</Curve>", "<Start>1 1</Start>", "<End pntRef=\"1\"/>",
            "<Center>1 1</Center>", "<PlanFeature>", "</PlanFeature>", "<CgPoint name=\"1\" pntRef=\"1\"/>", "<DataPoints>", "<Line/>",
        ];
        let text: String = picks.iter().map(|k| parts[*k]).collect();
        let _ = with(&text, &ReadOptions::default());
        let _ = with(&file(&text), &ReadOptions::default());
    }
}
