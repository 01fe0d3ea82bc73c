// The ground of a mine: road, bench, face, loose rock, vegetation, wet and under snow.
#import bevy_pbr::{
    forward_io::{VertexOutput, FragmentOutput},
    mesh_bindings::mesh,
    mesh_view_bindings::{view, lights},
    pbr_functions::{apply_pbr_lighting, calculate_view, main_pass_post_lighting_processing},
    pbr_types::{pbr_input_new, STANDARD_MATERIAL_FLAGS_FOG_ENABLED_BIT},
}

struct Soil {
    // South-western corner of the maps in the plan about the local origin, and their size, m.
    maps: vec4<f32>,
    // Wetness of roads, depth of snow (m), height of the local origin (m), level of detail (0 light, 1 full).
    state: vec4<f32>,
    // Colour of the sky at the horizon and at the zenith, as displayed, for reflections in water.
    horizon: vec4<f32>,
    zenith: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> soil: Soil;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var uses_map: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var map_sampler: sampler;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var slopes_map: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(5) var grain: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(6) var grain_sampler: sampler;

fn hash(cell: vec2<f32>) -> vec2<f32> {
    let r = vec2<f32>(dot(cell, vec2<f32>(127.1, 311.7)), dot(cell, vec2<f32>(269.5, 183.3)));
    return fract(sin(r) * 43758.547);
}

// Samples the grain without a repeat: three shifted copies, blended over a grid of triangles (Heitz and Neyret 2018,
// Mikkelsen 2022).
fn grain_at(uv: vec2<f32>, dx: vec2<f32>, dy: vec2<f32>) -> vec4<f32> {
    let skewed = vec2<f32>(uv.x - 0.57735027 * uv.y, 1.15470054 * uv.y) * 1.4;
    let base = floor(skewed);
    let f = skewed - base;
    var w: vec3<f32>;
    var a = base;
    if f.x + f.y < 1.0 {
        w = vec3<f32>(1.0 - f.x - f.y, f.y, f.x);
    } else {
        a = base + vec2<f32>(1.0, 1.0);
        w = vec3<f32>(f.x + f.y - 1.0, 1.0 - f.x, 1.0 - f.y);
    }
    w = w * w * w;
    w = w / (w.x + w.y + w.z);
    let s0 = textureSampleGrad(grain, grain_sampler, uv + hash(a), dx, dy);
    let s1 = textureSampleGrad(grain, grain_sampler, uv + hash(base + vec2<f32>(0.0, 1.0)), dx, dy);
    let s2 = textureSampleGrad(grain, grain_sampler, uv + hash(base + vec2<f32>(1.0, 0.0)), dx, dy);
    let mixed = s0 * w.x + s1 * w.y + s2 * w.z;
    // Blending flattens the contrast; it is restored.
    let middle = vec4<f32>(0.8, 0.5, 0.5, 0.5);
    return clamp(middle + (mixed - middle) / length(w), vec4<f32>(0.0), vec4<f32>(1.0));
}

fn turned(p: vec2<f32>, size: f32) -> vec2<f32> {
    return vec2<f32>(0.8 * p.x - 0.6 * p.y, 0.6 * p.x + 0.8 * p.y) / size;
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    let world = in.world_position.xyz;
    let plan = vec2<f32>(world.x, -world.z);
    let distance = length(world - view.world_position);
    let uv = (plan - soil.maps.xy) / soil.maps.zw;
    let inside = min(min(uv.x, 1.0 - uv.x), min(uv.y, 1.0 - uv.y));
    let on_map = smoothstep(0.0, 0.01, inside);
    let off_map = smoothstep(0.0, 0.12, -inside);
    let map_uv = clamp(uv, vec2<f32>(0.0), vec2<f32>(1.0));
    var uses = textureSample(uses_map, map_sampler, map_uv);
    uses = mix(uses, vec4<f32>(0.0, 0.0, 0.0, 1.0), off_map);
    // The map holds the horizontal part of the normal.
    let lean = textureSample(slopes_map, map_sampler, map_uv).rg * 2.0 - 1.0;
    let mapped = vec3<f32>(lean.x, sqrt(max(1.0 - dot(lean, lean), 0.02)), -lean.y);
    var n = normalize(mix(normalize(in.world_normal), mapped, on_map));
    let steep = smoothstep(0.86, 0.68, n.y);

    // Large patches, from the smooth noise in the alpha of the grain.
    let patches = textureSample(grain, grain_sampler, turned(plan, 533.0)).a;
    let blotches = 0.5 * (textureSample(grain, grain_sampler, turned(plan, 97.0)).a
        + textureSample(grain, grain_sampler, vec2<f32>(0.38 * plan.x + 0.92 * plan.y, 0.92 * plan.x - 0.38 * plan.y) / 61.0).a);
    let macro_tone = 0.56 + 0.23 * patches + 0.23 * blotches;

    let full = soil.state.w > 0.5;
    let near = 1.0 - smoothstep(60.0, 220.0, distance);
    let dx = dpdx(plan);
    let dy = dpdy(plan);
    let dh = vec2<f32>(dpdx(world.y), dpdy(world.y));
    var tone: vec4<f32>;
    if full {
        tone = grain_at(plan / 9.0, dx / 9.0, dy / 9.0);
        if near < 1.0 {
            let coarse = grain_at(turned(plan, 41.0), turned(dx, 41.0), turned(dy, 41.0));
            tone = mix(vec4<f32>(coarse.r, mix(vec2<f32>(0.5), coarse.gb, 0.8), coarse.a), tone, near);
        }
    } else {
        tone = textureSampleGrad(grain, grain_sampler, plan / 9.0, dx / 9.0, dy / 9.0);
        tone = mix(vec4<f32>(0.8, 0.5, 0.5, 0.5), tone, near);
    }
    var bump = (tone.gb - vec2<f32>(0.5)) * 2.0;
    var bump_world = vec3<f32>(bump.x, 0.0, -bump.y);

    // Faces: the rock's grain lies in the vertical planes, with strata along the height.
    let height = world.y + soil.state.z;
    let strata = height * 0.21 + 1.6 * (blotches - 0.5) + 0.9 * (patches - 0.5);
    let layer = hash(vec2<f32>(floor(strata), 3.0)).x;
    let seam = smoothstep(0.12, 0.0, abs(fract(strata) - 0.5) - 0.04) * step(0.62, layer);
    if steep > 0.01 {
        let wx = smoothstep(0.3, 0.7, abs(n.x) / max(abs(n.x) + abs(n.z), 0.001));
        let east = vec2<f32>(plan.y, world.y * 0.9) / 6.0;
        let north = vec2<f32>(plan.x, world.y * 0.9) / 6.0;
        let a = textureSampleGrad(grain, grain_sampler, east, vec2<f32>(dx.y, dh.x) / 6.0, vec2<f32>(dy.y, dh.y) / 6.0);
        let b = textureSampleGrad(grain, grain_sampler, north, vec2<f32>(dx.x, dh.x) / 6.0, vec2<f32>(dy.x, dh.y) / 6.0);
        let side = mix(b, a, wx);
        tone = mix(tone, vec4<f32>(side.r, side.g, side.b, side.a), steep);
        let s = (side.gb - vec2<f32>(0.5)) * 2.0;
        bump_world = mix(bump_world, mix(vec3<f32>(s.x, s.y, 0.0), vec3<f32>(0.0, s.y, -s.x), wx) * 1.4, steep);
    }

    // Colours, linear: reflectances of dry soils, rock and dry grass.
    let clay = vec3<f32>(0.34, 0.245, 0.165);
    let sand = vec3<f32>(0.42, 0.335, 0.235);
    let packed = vec3<f32>(0.46, 0.385, 0.295);
    let shiny = vec3<f32>(0.52, 0.445, 0.35);
    let muck = vec3<f32>(0.225, 0.185, 0.15);
    let pale = vec3<f32>(0.33, 0.285, 0.235);
    let dark = vec3<f32>(0.20, 0.175, 0.155);
    let ochre = vec3<f32>(0.36, 0.245, 0.14);
    let coal = vec3<f32>(0.07, 0.066, 0.064);
    let grass = vec3<f32>(0.215, 0.215, 0.085);
    let scrub = vec3<f32>(0.13, 0.155, 0.06);
    var rock = mix(dark, pale, layer);
    rock = mix(rock, ochre, step(0.78, layer) * 0.55);
    rock = mix(rock, coal, seam * 0.8);
    let soil_colour = mix(clay, sand, smoothstep(0.3, 0.75, patches * 0.6 + blotches * 0.4));
    let grown = uses.a * (1.0 - steep) * smoothstep(0.18, 0.5, blotches * 0.7 + patches * 0.3 + 0.25 * uses.a);
    var colour = mix(soil_colour, mix(grass, scrub, smoothstep(0.45, 0.7, tone.a * 0.4 + blotches * 0.6)), grown);
    colour = mix(colour, rock, steep);
    colour = mix(colour, muck, uses.b * 0.75 * (0.4 + 0.6 * smoothstep(0.3, 0.6, blotches)));
    let road = uses.r * (1.0 - steep);
    colour = mix(colour, packed, road * (1.0 - 0.45 * uses.b));
    colour = mix(colour, shiny, road * uses.g * 0.55);
    let rim = uses.r * (1.0 - uses.r) * 4.0;
    colour *= 1.0 - 0.16 * rim;
    let relief = mix(1.0, 0.45, road * (0.4 + 0.6 * uses.g));
    colour *= macro_tone * (1.0 + (tone.r / 0.8 - 1.0) * relief * 1.15);

    // Water darkens soil (Lekner and Dorf 1988) and fills the hollows of roads.
    let wet = soil.state.x;
    let wet_here = wet * (1.0 - 0.35 * steep);
    let hollow = smoothstep(0.52, 0.62, blotches * 0.55 + tone.a * 0.25 + 0.20 * uses.g);
    let puddle = hollow * smoothstep(0.45, 0.9, wet) * smoothstep(0.985, 0.997, n.y) * uses.r;
    colour *= mix(1.0, 0.46, wet_here);
    colour = mix(colour, vec3<f32>(0.055, 0.046, 0.036), puddle * 0.85);
    var roughness = mix(0.96, 0.52, wet_here);
    roughness = mix(roughness, 0.07, puddle);

    // Snow lies on flat ground first and is packed in the wheel tracks.
    let depth = soil.state.y;
    let settles = smoothstep(0.45, 0.80, n.y + 0.12 * (tone.a - 0.5));
    let packed_snow = 1.0 - 0.62 * road * (0.35 + 0.65 * uses.g);
    let snow = clamp(settles * packed_snow * smoothstep(0.0, 0.05, depth * (0.6 + 0.8 * blotches)), 0.0, 1.0);
    colour = mix(colour, vec3<f32>(0.80, 0.83, 0.88) * (0.93 + 0.07 * tone.r), snow);
    roughness = mix(roughness, 0.75, snow);

    let strength = (1.0 - 0.85 * puddle) * (1.0 - 0.7 * snow) * relief * 0.9;
    if full || near > 0.0 {
        n = normalize(n + bump_world * strength);
    }

    var out: FragmentOutput;
    var pbr = pbr_input_new();
    pbr.flags = mesh[in.instance_index].flags;
    pbr.is_orthographic = view.clip_from_view[3].w == 1.0;
    pbr.V = calculate_view(in.world_position, pbr.is_orthographic);
    pbr.frag_coord = in.position;
    pbr.world_position = in.world_position;
    pbr.world_normal = normalize(in.world_normal);
    pbr.N = n;
    pbr.material.base_color = vec4<f32>(colour, 1.0);
    pbr.material.perceptual_roughness = roughness;
    pbr.material.reflectance = vec3<f32>(mix(0.12, 0.5, max(puddle, 0.6 * wet_here)));
    pbr.material.flags = STANDARD_MATERIAL_FLAGS_FOG_ENABLED_BIT;
    if full {
        out.color = apply_pbr_lighting(pbr);
    } else {
        // The sun and the sky alone, as matt surfaces (Lambert).
        var light = lights.ambient_color.rgb;
        for (var k = 0u; k < lights.n_directional_lights; k++) {
            let sun = lights.directional_lights[k];
            light += sun.color.rgb * max(dot(n, sun.direction_to_light), 0.0) * 0.31830989;
        }
        out.color = vec4<f32>(colour * light * view.exposure, 1.0);
    }
    // The sky in the water (Schlick 1994).
    let gloss = max(puddle, 0.22 * wet_here);
    if gloss > 0.01 {
        let mirrored = reflect(-pbr.V, n);
        let fresnel = 0.02 + 0.98 * pow(1.0 - max(dot(n, pbr.V), 0.0), 5.0);
        let sky = mix(soil.horizon.rgb, soil.zenith.rgb, sqrt(clamp(mirrored.y, 0.0, 1.0)));
        out.color = vec4<f32>(mix(out.color.rgb, sky, fresnel * gloss), 1.0);
    }
    out.color = main_pass_post_lighting_processing(pbr, out.color);
    return out;
}
