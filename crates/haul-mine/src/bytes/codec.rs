//! Conversion of values to bytes and back: little endian, in a fixed order. Every read is checked against the remaining
//! length.

use haul_core::{NodeId, PlaceId, Point2, Point3, Pose2, RoadId};

/// Maximum coordinate of a map, m. Up to this value, floats resolve a tenth of a millimetre.
const GREATEST_COORDINATE: f64 = 1e12;

/// Reason why bytes are not a map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Broken(pub(super) String);

impl Broken {
    /// Creates a reason from a message.
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// Bytes that are being read.
pub(super) struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns the number of bytes left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Reads a number of bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| Broken::new(format!("expected {count} bytes, found {}", self.rest.len())))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads an array of bytes.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or_else(|| Broken::new(format!("expected {N} bytes, found {}", self.rest.len())))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Reads the number of values in a list. Each value takes at least `least` bytes.
    pub(super) fn count(&mut self, least: usize) -> Result<usize, Broken> {
        let count = u32::take(self)? as usize;
        if count.checked_mul(least.max(1)).is_none_or(|bytes| bytes > self.left()) {
            return Err(Broken::new(format!("expected {count} values, found {} bytes, too few for them", self.left())));
        }
        Ok(count)
    }
}

/// A value that can be stored as bytes.
pub(super) trait Bytes: Sized {
    /// Minimum number of bytes of a value.
    const LEAST: usize;

    /// Appends the value to bytes.
    fn put(&self, out: &mut Vec<u8>);

    /// Reads a value from bytes.
    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken>;
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Bytes for $type {
            const LEAST: usize = size_of::<$type>();

            fn put(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
                Ok(<$type>::from_le_bytes(from.array()?))
            }
        }
    )+};
}

// Floats are stored bit for bit.
numbers!(u8, u32, u64, f64);

impl Bytes for bool {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        match u8::take(from)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Broken::new(format!("expected 0 or 1, found {other}"))),
        }
    }
}

/// Appends the length of a list. A list of more than about four billion values does not fit in memory as part of a map.
pub(super) fn put_count(count: usize, out: &mut Vec<u8>) {
    u32::try_from(count).unwrap_or(u32::MAX).put(out);
}

impl Bytes for String {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend(self.as_bytes());
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let count = from.count(1)?;
        let text = from.bytes(count)?;
        String::from_utf8(text.to_vec()).map_err(|e| Broken::new(format!("expected UTF-8 text: {}", e.utf8_error())))
    }
}

impl<T: Bytes> Bytes for Option<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        Ok(if bool::take(from)? { Some(T::take(from)?) } else { None })
    }
}

impl<T: Bytes> Bytes for Vec<T> {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.iter().for_each(|value| value.put(out));
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let count = from.count(T::LEAST)?;
        (0..count).map(|_| T::take(from)).collect()
    }
}

/// Returns a coordinate (m) if its absolute value is at most [`GREATEST_COORDINATE`], otherwise an error.
pub(super) fn coordinate(value: f64) -> Result<f64, Broken> {
    // Written so that a value that is not a number fails the test.
    if value.abs() <= GREATEST_COORDINATE {
        Ok(value)
    } else {
        Err(Broken::new(format!("expected a coordinate within ±{GREATEST_COORDINATE:e} m, found {value} m")))
    }
}

impl Bytes for Point2 {
    const LEAST: usize = 16;

    fn put(&self, out: &mut Vec<u8>) {
        self.x.put(out);
        self.y.put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        Ok(Point2::new(coordinate(f64::take(from)?)?, coordinate(f64::take(from)?)?))
    }
}

impl Bytes for Point3 {
    const LEAST: usize = 24;

    fn put(&self, out: &mut Vec<u8>) {
        self.xy().put(out);
        self.z.put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let plan = Point2::take(from)?;
        Ok(Point3::new(plan.x, plan.y, coordinate(f64::take(from)?)?))
    }
}

impl Bytes for Pose2 {
    const LEAST: usize = 24;

    fn put(&self, out: &mut Vec<u8>) {
        [self.x, self.y, self.heading].iter().for_each(|value| value.put(out));
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        let at = Point2::take(from)?;
        // Bit for bit, so the heading is not wrapped again.
        Ok(Pose2 { x: at.x, y: at.y, heading: coordinate(f64::take(from)?)? })
    }
}

impl Bytes for PlaceId {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        String::take(from).map(PlaceId)
    }
}

impl Bytes for NodeId {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        u32::take(from).map(NodeId)
    }
}

impl Bytes for RoadId {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
        u32::take(from).map(RoadId)
    }
}

/// Stores a struct as its fields in order.
macro_rules! fields {
    ($type:ty { $($field:ident: $kind:ty),+ $(,)? }) => {
        impl Bytes for $type {
            const LEAST: usize = 0 $(+ <$kind as Bytes>::LEAST)+;

            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)+
            }

            fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
                Ok(Self { $($field: <$kind as Bytes>::take(from)?),+ })
            }
        }
    };
}

/// Stores an enum as one byte. A number that was used is never given to another case.
macro_rules! cases {
    ($type:ident { $($case:ident = $number:literal),+ $(,)? }) => {
        impl Bytes for $type {
            const LEAST: usize = 1;

            fn put(&self, out: &mut Vec<u8>) {
                let number: u8 = match self {
                    $($type::$case => $number),+
                };
                number.put(out);
            }

            fn take(from: &mut ByteReader<'_>) -> Result<Self, Broken> {
                match u8::take(from)? {
                    $($number => Ok($type::$case),)+
                    other => Err(Broken::new(format!(concat!("expected a ", stringify!($type), ", found number {}"), other))),
                }
            }
        }
    };
}

pub(super) use {cases, fields};
