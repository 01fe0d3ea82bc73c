//! The physics in a snapshot: the state of the engine except the terrain's heights.
//!
//! The height field is as large as the mine and never changes. Its bytes are cut out of the engine's own serialisation
//! when a state is written, and inserted again from the setup's terrain when a state is read. So the engine gets back
//! exactly the bytes that it wrote, with its handles, contacts, trees and flags.

use super::Physics;
use super::contact::Tag;
use haul_core::KeepState;
use haul_core::state::{StateError, StateReader, StateWriter, decode, encode};
use rapier3d::prelude as rapier;
use serde::ser::{self, Serialize, Serializer};

/// Placeholder for the height field: bytes that occur nowhere else in the engine's state.
const PLACEHOLDER: [u8; 32] = *b"\xf3haul terrain: cut out here\x00\xa9\x5e\xc4\x81";

impl KeepState for Physics {
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError> {
        let bytes = encode(&Marked(&self.engine))?;
        let at = bytes.windows(PLACEHOLDER.len()).position(|window| window == PLACEHOLDER);
        let (before, after) = match at {
            Some(at) => (&bytes[..at], &bytes[at + PLACEHOLDER.len()..]),
            None => (&bytes[..], &[][..]),
        };
        out.value(&at.is_some())?;
        out.bytes(before)?;
        out.bytes(after)
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError> {
        let is_cut = from.value::<bool>()?;
        let (before, after) = (from.bytes()?, from.bytes()?);
        let terrain = match (is_cut, self.terrain_shape()) {
            (false, _) => Vec::new(),
            (true, Some(shape)) => encode(shape)?,
            (true, None) => return Err(StateError::NotRead("the physics of the setup have no terrain".into())),
        };
        self.engine = decode(&[before, &terrain, after].concat())?;
        Ok(())
    }
}

impl Physics {
    fn terrain_shape(&self) -> Option<&rapier::SharedShape> {
        let is_terrain = |c: &&rapier::Collider| Tag::unpack(c.user_data) == Tag::Terrain;
        self.engine.colliders.iter().map(|(_, c)| c).find(is_terrain).map(rapier::Collider::shared_shape)
    }
}

/// A value that is serialised with [`PLACEHOLDER`] instead of each height field in it.
struct Marked<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Marked<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Marking(serializer))
    }
}

/// A serializer, or its state within a list or a struct, that passes on everything except height fields.
struct Marking<S>(S);

macro_rules! hand_on {
    ($($method:ident($($arg:ident: $type:ty),*);)*) => {
        $(fn $method(self, $($arg: $type),*) -> Result<S::Ok, S::Error> {
            self.0.$method($($arg),*)
        })*
    };
}

impl<S: Serializer> Serializer for Marking<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Marking<S::SerializeSeq>;
    type SerializeTuple = Marking<S::SerializeTuple>;
    type SerializeTupleStruct = Marking<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Marking<S::SerializeTupleVariant>;
    type SerializeMap = Marking<S::SerializeMap>;
    type SerializeStruct = Marking<S::SerializeStruct>;
    type SerializeStructVariant = Marking<S::SerializeStructVariant>;

    hand_on! {
        serialize_bool(v: bool);
        serialize_i8(v: i8);
        serialize_i16(v: i16);
        serialize_i32(v: i32);
        serialize_i64(v: i64);
        serialize_i128(v: i128);
        serialize_u8(v: u8);
        serialize_u16(v: u16);
        serialize_u32(v: u32);
        serialize_u64(v: u64);
        serialize_u128(v: u128);
        serialize_f32(v: f32);
        serialize_f64(v: f64);
        serialize_char(v: char);
        serialize_str(v: &str);
        serialize_bytes(v: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Marked(value))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_struct(name, &Marked(value))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        if name == "TypedShape" && variant == "HeightField" {
            return PLACEHOLDER.serialize(self.0);
        }
        self.0.serialize_newtype_variant(name, index, variant, &Marked(value))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        self.0.serialize_seq(length).map(Marking)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        self.0.serialize_tuple(length).map(Marking)
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, S::Error> {
        self.0.serialize_tuple_struct(name, length).map(Marking)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        self.0.serialize_tuple_variant(name, index, variant, length).map(Marking)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.0.serialize_map(length).map(Marking)
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        self.0.serialize_struct(name, length).map(Marking)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        self.0.serialize_struct_variant(name, index, variant, length).map(Marking)
    }
}

macro_rules! mark_elements {
    ($($trait:ident::$method:ident),*) => {
        $(impl<S: ser::$trait> ser::$trait for Marking<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.0.$method(&Marked(value))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        })*
    };
}

mark_elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! mark_fields {
    ($($trait:ident),*) => {
        $(impl<S: ser::$trait> ser::$trait for Marking<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), S::Error> {
                self.0.serialize_field(key, &Marked(value))
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
                self.0.skip_field(key)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        })*
    };
}

mark_fields!(SerializeStruct, SerializeStructVariant);

impl<S: ser::SerializeMap> ser::SerializeMap for Marking<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(&Marked(key))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Marked(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BodyId, ChassisShape, Motion};
    use super::*;
    use haul_core::state::hash_part;
    use haul_core::{Isometry3, Point2, Point3, Vector3};
    use haul_vehicle::{MassProperties, TruckSpec, Wrench};
    use nalgebra::Matrix3;

    /// Returns physics with two trucks on bumpy ground and a post, and the body of the first truck.
    fn yard() -> (Physics, BodyId) {
        let mut physics = Physics::new(0.005);
        let height = |i: usize, j: usize| ((i * 7 + j * 3) % 5) as f64 * 0.1;
        assert!(physics.add_terrain((-60.0, -60.0), 2.0, (61, 61), height));
        let shape = ChassisShape::of(&TruckSpec::tr100at());
        let mass = MassProperties {
            mass: 160e3,
            centre: Point3::new(2.0, 0.0, 2.5),
            inertia: Matrix3::from_diagonal(&Vector3::new(8e5, 1.3e6, 1.4e6)),
        };
        let first = physics.add_truck(0, &shape, &Isometry3::translation(0.0, 0.0, 1.5), &mass);
        physics.add_truck(1, &shape, &Isometry3::translation(-30.0, 4.0, 1.0), &mass);
        physics.add_post(7, Point2::new(18.0, 1.0), 0.0, 1.0, 3.0);
        (physics, first)
    }

    /// Drives the first truck over the ground into the post, so that the bodies scrape all the time.
    fn drive(physics: &mut Physics, body: BodyId, steps: u32) -> Vec<Motion> {
        let push = Wrench { force: Vector3::new(4e5, 0.0, 0.0), torque: Vector3::zeros() };
        let mut motions = Vec::new();
        for _ in 0..steps {
            physics.set_wrench(body, &push);
            physics.step();
            motions.push(physics.motion(body));
        }
        motions
    }

    #[test]
    fn restored_physics_with_contacts_continue_bit_for_bit() {
        for taken in [0, 1, 150, 400, 900, 1_200] {
            let (mut first, body) = yard();
            drive(&mut first, body, taken);
            let mut writer = StateWriter::to_bytes();
            writer.part(&first).unwrap();
            let bytes = writer.into_bytes();
            assert!(bytes.len() < 60_000, "{} bytes: they contain the heights", bytes.len());
            let (mut second, _) = yard();
            let mut reader = StateReader::new(&bytes);
            reader.part(&mut second).unwrap();
            reader.end().unwrap();
            assert_eq!(hash_part(&first).unwrap(), hash_part(&second).unwrap(), "after {taken} steps");
            let (a, b) = (drive(&mut first, body, 600), drive(&mut second, body, 600));
            assert_eq!(a, b, "after {taken} steps");
            assert_eq!(hash_part(&first).unwrap(), hash_part(&second).unwrap(), "after {taken} steps");
        }
    }

    #[test]
    fn physics_without_terrain_refuse_a_state_with_terrain() {
        let mut writer = StateWriter::to_bytes();
        writer.part(&yard().0).unwrap();
        let bytes = writer.into_bytes();
        assert!(StateReader::new(&bytes).part(&mut Physics::new(0.005)).is_err());
    }
}
