//! Kinds of entities that are not read, each with the reason and a way to convert it.

/// Returns the reason why entities of this kind are not read, and a way to convert them.
pub(super) fn reason(kind: &str) -> &'static str {
    match kind {
        "TEXT" | "MTEXT" | "ATTRIB" | "ATTDEF" | "RTEXT" | "ARCALIGNEDTEXT" => {
            "texts have no shape; if they are spot heights, export the points as POINT entities or as CSV"
        }
        "DIMENSION"
        | "ARC_DIMENSION"
        | "LARGE_RADIAL_DIMENSION"
        | "LEADER"
        | "MULTILEADER"
        | "MLEADER"
        | "TOLERANCE"
        | "ACAD_TABLE"
        | "TABLE" => "they are notes on the drawing, not ground",
        "HATCH" | "MPOLYGON" => "they are filled areas; draw their outlines as polylines (HATCHGENERATEBOUNDARY)",
        "VIEWPORT" | "LIGHT" | "SUN" | "CAMERA" | "SECTIONOBJECT" | "GEOPOSITIONMARKER" | "SHAPE" => {
            "they are not lines, points or faces of the ground"
        }
        "IMAGE" | "WIPEOUT" | "OLEFRAME" | "OLE2FRAME" | "PDFUNDERLAY" | "DWFUNDERLAY" | "DGNUNDERLAY" => {
            "they are pictures; draw their lines as polylines"
        }
        "3DSOLID" | "BODY" | "REGION" | "SURFACE" | "EXTRUDEDSURFACE" | "LOFTEDSURFACE" | "REVOLVEDSURFACE"
        | "SWEPTSURFACE" | "PLANESURFACE" | "NURBSURFACE" => {
            "they are ACIS bodies; convert them to meshes (MESHSMOOTH, CONVTOMESH) or explode them before the export"
        }
        "ACAD_PROXY_ENTITY" => {
            "they are objects of another program; explode them there (Civil 3D: EXPORTTOAUTOCAD), or export the surface as \
             LandXML"
        }
        "POINTCLOUD" | "ACDBPOINTCLOUD" | "POINTCLOUDEX" | "ACDBPOINTCLOUDEX" => {
            "the points lie in another file; export them as a surface or a raster"
        }
        "MLINE" => "explode them to lines before the export",
        "HELIX" => "explode them to splines or polylines before the export",
        "RAY" | "XLINE" => "they have no end",
        "VERTEX" => "they belong to no POLYLINE; save the drawing again",
        _ if kind.starts_with("AEC") => {
            "they are objects of Civil 3D; save with EXPORTTOAUTOCAD, or export the surface as LandXML"
        }
        _ => "this kind is not read; explode them to polylines or 3D faces before the export",
    }
}
