//! Reads MCAP files from front to back, including truncated ones.

use super::pack::unpacked;
use super::records::{HEAD, MAGIC, op};
use std::collections::BTreeMap;

/// One message of a file.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Topic of the message's channel.
    pub topic: &'a str,
    /// Encoding of the message, such as `json` or `cdr`.
    pub encoding: &'a str,
    /// Name of the message's schema; empty if there is none.
    pub schema: &'a str,
    /// Log time: simulated time, ns.
    pub time: u64,
    /// Content of the message.
    pub data: &'a [u8],
}

/// One attachment of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// Name of the attachment.
    pub name: String,
    /// Media type of the attachment.
    pub media_type: String,
    /// Content of the attachment.
    pub data: Vec<u8>,
}

/// Everything in a file except its messages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scan {
    /// Program that wrote the file.
    pub library: String,
    /// Metadata by name; of several records with one name, the last counts.
    pub metadata: BTreeMap<String, BTreeMap<String, String>>,
    /// Attachments of the file.
    pub attachments: Vec<Attached>,
    /// Channels of the file, by id.
    pub channels: BTreeMap<u16, Channel>,
    /// Position at which a truncated or damaged file stops, in words; `None` for a whole file.
    pub cut: Option<String>,
}

/// One channel of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Topic of the channel.
    pub topic: String,
    /// Encoding of the channel's messages.
    pub encoding: String,
    /// Name of the channel's schema; empty if there is none.
    pub schema: String,
    /// Number of messages read from the channel.
    pub messages: u64,
}

/// Error for a file that is not MCAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not an MCAP file: it does not begin with the MCAP mark")]
pub struct ScanError;

/// Reads a file from front to back and passes every message to `visit`. A truncated or damaged file is read up to the
/// damage, and [`Scan::cut`] says where that is.
///
/// # Errors
/// The bytes are not an MCAP file.
pub fn scan(bytes: &[u8], mut visit: impl FnMut(Message<'_>)) -> Result<Scan, ScanError> {
    let body = bytes.strip_prefix(MAGIC).ok_or(ScanError)?;
    let mut scan = Scan::default();
    let mut schemas = BTreeMap::new();
    let mut rest = body;
    let mut ended = false;
    while let Some((opcode, content, behind)) = record(rest) {
        let read = match opcode {
            op::CHUNK => chunk(content).map(|inner| {
                let mut rest = inner.as_slice();
                while let Some((opcode, content, behind)) = record(rest) {
                    if scan.entry(opcode, content, &mut schemas, &mut visit).is_none() {
                        break;
                    }
                    rest = behind;
                }
            }),
            op::FOOTER => {
                ended = true;
                break;
            }
            _ => scan.entry(opcode, content, &mut schemas, &mut visit),
        };
        if read.is_none() {
            break;
        }
        rest = behind;
    }
    if !ended {
        let at = bytes.len() - rest.len();
        scan.cut = Some(format!("byte {at} of {}", bytes.len()));
    }
    Ok(scan)
}

impl Scan {
    /// Processes a record that is not a chunk; `None` if it is damaged.
    fn entry(
        &mut self,
        opcode: u8,
        content: &[u8],
        schemas: &mut BTreeMap<u16, String>,
        visit: &mut impl FnMut(Message<'_>),
    ) -> Option<()> {
        let mut take = Take(content);
        match opcode {
            op::HEADER => {
                take.text()?;
                self.library = take.text()?;
            }
            op::SCHEMA => {
                let id = take.u16()?;
                schemas.insert(id, take.text()?);
            }
            op::CHANNEL => {
                let (id, schema) = (take.u16()?, take.u16()?);
                let (topic, encoding) = (take.text()?, take.text()?);
                let schema = schemas.get(&schema).cloned().unwrap_or_default();
                self.channels.entry(id).or_insert(Channel { topic, encoding, schema, messages: 0 });
            }
            op::MESSAGE => {
                let (channel, _, time, _) = (take.u16()?, take.u32()?, take.u64()?, take.u64()?);
                if let Some(channel) = self.channels.get_mut(&channel) {
                    channel.messages += 1;
                    let Channel { topic, encoding, schema, .. } = channel;
                    visit(Message { topic, encoding, schema, time, data: take.0 });
                }
            }
            op::ATTACHMENT => {
                let (checked, crc) = content.split_at_checked(content.len().checked_sub(4)?)?;
                let crc = u32::from_le_bytes(crc.try_into().ok()?);
                if crc != 0 && crc != crc32fast::hash(checked) {
                    return None;
                }
                take.u64()?;
                take.u64()?;
                let (name, media_type) = (take.text()?, take.text()?);
                let length = take.u64()?;
                let data = take.bytes(usize::try_from(length).ok()?)?.to_vec();
                self.attachments.push(Attached { name, media_type, data });
            }
            op::METADATA => {
                let name = take.text()?;
                let length = take.u32()? as usize;
                let mut pairs = Take(take.bytes(length)?);
                let mut map = BTreeMap::new();
                while !pairs.0.is_empty() {
                    map.insert(pairs.text()?, pairs.text()?);
                }
                self.metadata.insert(name, map);
            }
            _ => {}
        }
        Some(())
    }
}

/// Splits off the first record: returns its opcode, its content and the remaining bytes; `None` if it is truncated.
fn record(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let length = u64::from_le_bytes(head[1..].try_into().ok()?);
    let (content, behind) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((head[0], content, behind))
}

/// Returns the decompressed records of a chunk; `None` if the chunk is damaged.
fn chunk(content: &[u8]) -> Option<Vec<u8>> {
    let mut take = Take(content);
    let (_, _, size, crc) = (take.u64()?, take.u64()?, take.u64()?, take.u32()?);
    let compression = take.text()?;
    let length = take.u64()?;
    let packed = take.bytes(usize::try_from(length).ok()?)?;
    let records = match compression.as_str() {
        "" => packed.to_vec(),
        "lz4" => unpacked(packed)?,
        _ => return None,
    };
    let is_whole = records.len() as u64 == size && (crc == 0 || crc == crc32fast::hash(&records));
    is_whole.then_some(records)
}

/// Reader over the bytes that remain.
struct Take<'a>(&'a [u8]);

impl<'a> Take<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.bytes(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.bytes(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.u32()? as usize;
        String::from_utf8(self.bytes(length)?.to_vec()).ok()
    }
}
