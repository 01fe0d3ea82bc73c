//! Writes MCAP files.

use super::pack::packed;
use super::records::{HEAD, MAGIC, Put, op};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Size at which a chunk is written at once, bytes.
const LARGEST_CHUNK: usize = 4 << 20;

/// Writer of an MCAP file. Messages gather in a chunk until [`McapWriter::flush`].
pub struct McapWriter<W: Write> {
    out: W,
    /// Number of bytes written.
    position: u64,
    /// Schema records, for the chunk in which a channel is used first and for the summary.
    schemas: Vec<Vec<u8>>,
    channels: Vec<Channel>,
    chunk: Chunk,
    chunks: Vec<ChunkIndex>,
    attachments: Vec<Vec<u8>>,
    metadata: Vec<Vec<u8>>,
    message_count: u64,
    times: Option<(u64, u64)>,
}

struct Channel {
    record: Vec<u8>,
    schema: u16,
    messages: u64,
    is_written: bool,
}

#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    times: Option<(u64, u64)>,
    /// Log time and offset in the chunk of every message, by channel id.
    index: BTreeMap<u16, Vec<(u64, u64)>>,
}

struct ChunkIndex {
    times: (u64, u64),
    offset: u64,
    length: u64,
    message_indexes: Vec<(u16, u64)>,
    message_index_length: u64,
    compressed: u64,
    uncompressed: u64,
}

/// Returns a time span extended to include `time`.
fn widened(span: Option<(u64, u64)>, time: u64) -> Option<(u64, u64)> {
    span.map_or(Some((time, time)), |(first, last)| Some((first.min(time), last.max(time))))
}

impl<W: Write> McapWriter<W> {
    /// Writes the beginning of a file.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn new(out: W, library: &str) -> io::Result<Self> {
        let mut writer = Self {
            out,
            position: 0,
            schemas: Vec::new(),
            channels: Vec::new(),
            chunk: Chunk::default(),
            chunks: Vec::new(),
            attachments: Vec::new(),
            metadata: Vec::new(),
            message_count: 0,
            times: None,
        };
        let mut head = MAGIC.to_vec();
        head.record(op::HEADER, |r| {
            r.text("");
            r.text(library);
        });
        writer.put(&head)?;
        Ok(writer)
    }

    /// Adds a schema and returns the schema's id.
    pub fn schema(&mut self, name: &str, encoding: &str, text: &str) -> u16 {
        // Id 0 means no schema.
        let id = self.schemas.len() as u16 + 1;
        let mut record = Vec::new();
        record.record(op::SCHEMA, |r| {
            r.u16(id);
            r.text(name);
            r.text(encoding);
            r.text(text);
        });
        self.schemas.push(record);
        id
    }

    /// Adds a channel and returns the channel's id.
    pub fn channel(&mut self, schema: u16, topic: &str, encoding: &str) -> u16 {
        let id = self.channels.len() as u16;
        let mut record = Vec::new();
        record.record(op::CHANNEL, |r| {
            r.u16(id);
            r.u16(schema);
            r.text(topic);
            r.text(encoding);
            r.list(|_| {});
        });
        self.channels.push(Channel { record, schema, messages: 0, is_written: false });
        id
    }

    /// Adds a message of a channel to the current chunk. `write` appends the content of the message.
    ///
    /// # Errors
    /// Errors from the underlying writer, if the chunk is full and is written.
    pub fn message(&mut self, channel: u16, time: u64, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let Some(known) = self.channels.get_mut(channel as usize) else {
            return Err(io::Error::other(format!("there is no channel {channel}")));
        };
        if !known.is_written {
            known.is_written = true;
            if let Some(schema) = known.schema.checked_sub(1).and_then(|i| self.schemas.get(i as usize)) {
                self.chunk.bytes.extend_from_slice(schema);
            }
            self.chunk.bytes.extend_from_slice(&known.record);
        }
        let sequence = known.messages as u32;
        known.messages += 1;
        self.message_count += 1;
        self.times = widened(self.times, time);
        self.chunk.times = widened(self.chunk.times, time);
        self.chunk.index.entry(channel).or_default().push((time, self.chunk.bytes.len() as u64));
        self.chunk.bytes.record(op::MESSAGE, |r| {
            r.u16(channel);
            r.u32(sequence);
            r.u64(time);
            r.u64(time);
            write(r);
        });
        if self.chunk.bytes.len() >= LARGEST_CHUNK { self.flush() } else { Ok(()) }
    }

    /// Writes the current chunk with its index, so that a reader finds all messages so far.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.chunk.bytes.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.chunk);
        let (first, last) = chunk.times.unwrap_or_default();
        let packed = packed(&chunk.bytes)?;
        let mut bytes = Vec::with_capacity(packed.len() + 1_024);
        bytes.record(op::CHUNK, |r| {
            r.u64(first);
            r.u64(last);
            r.u64(chunk.bytes.len() as u64);
            r.u32(crc32fast::hash(&chunk.bytes));
            r.text("lz4");
            r.u64(packed.len() as u64);
            r.extend_from_slice(&packed);
        });
        let length = bytes.len() as u64;
        let mut message_indexes = Vec::new();
        for (channel, entries) in &chunk.index {
            message_indexes.push((*channel, self.position + bytes.len() as u64));
            bytes.record(op::MESSAGE_INDEX, |r| {
                r.u16(*channel);
                r.list(|r| {
                    for (time, offset) in entries {
                        r.u64(*time);
                        r.u64(*offset);
                    }
                });
            });
        }
        self.chunks.push(ChunkIndex {
            times: (first, last),
            offset: self.position,
            length,
            message_indexes,
            message_index_length: bytes.len() as u64 - length,
            compressed: packed.len() as u64,
            uncompressed: chunk.bytes.len() as u64,
        });
        self.put(&bytes)?;
        self.out.flush()
    }

    /// Writes an attachment.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn attach(&mut self, name: &str, media_type: &str, data: &[u8]) -> io::Result<()> {
        self.flush()?;
        let mut bytes = Vec::with_capacity(data.len() + 256);
        bytes.record(op::ATTACHMENT, |r| {
            r.u64(0);
            r.u64(0);
            r.text(name);
            r.text(media_type);
            r.u64(data.len() as u64);
            r.extend_from_slice(data);
            // The checksum covers all fields before it, without opcode and length.
            let crc = crc32fast::hash(&r[HEAD..]);
            r.u32(crc);
        });
        let mut index = Vec::new();
        index.record(op::ATTACHMENT_INDEX, |r| {
            r.u64(self.position);
            r.u64(bytes.len() as u64);
            r.u64(0);
            r.u64(0);
            r.u64(data.len() as u64);
            r.text(name);
            r.text(media_type);
        });
        self.attachments.push(index);
        self.put(&bytes)
    }

    /// Writes a metadata record: a name, and pairs of key and value.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn metadata(&mut self, name: &str, pairs: &BTreeMap<String, String>) -> io::Result<()> {
        self.flush()?;
        let mut bytes = Vec::new();
        bytes.record(op::METADATA, |r| {
            r.text(name);
            r.list(|r| {
                for (key, value) in pairs {
                    r.text(key);
                    r.text(value);
                }
            });
        });
        let mut index = Vec::new();
        index.record(op::METADATA_INDEX, |r| {
            r.u64(self.position);
            r.u64(bytes.len() as u64);
            r.text(name);
        });
        self.metadata.push(index);
        self.put(&bytes)
    }

    /// Writes the summary and the end of the file, and returns the underlying writer.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        let mut bytes = Vec::new();
        bytes.record(op::DATA_END, |r| r.u32(0));
        let summary = self.position + bytes.len() as u64;
        let mut groups = Vec::new();
        let mut group = |bytes: &mut Vec<u8>, op: u8, write: &mut dyn FnMut(&mut Vec<u8>)| {
            let at = bytes.len();
            write(bytes);
            if bytes.len() > at {
                groups.push((op, self.position + at as u64, (bytes.len() - at) as u64));
            }
        };
        group(&mut bytes, op::SCHEMA, &mut |b| self.schemas.iter().for_each(|s| b.extend_from_slice(s)));
        group(&mut bytes, op::CHANNEL, &mut |b| self.channels.iter().for_each(|c| b.extend_from_slice(&c.record)));
        group(&mut bytes, op::STATISTICS, &mut |b| self.put_statistics(b));
        group(&mut bytes, op::CHUNK_INDEX, &mut |b| self.chunks.iter().for_each(|c| put_chunk_index(b, c)));
        group(&mut bytes, op::ATTACHMENT_INDEX, &mut |b| self.attachments.iter().for_each(|a| b.extend_from_slice(a)));
        group(&mut bytes, op::METADATA_INDEX, &mut |b| self.metadata.iter().for_each(|m| b.extend_from_slice(m)));
        let offsets = self.position + bytes.len() as u64;
        for (op, at, length) in groups {
            bytes.record(op::SUMMARY_OFFSET, |r| {
                r.u8(op);
                r.u64(at);
                r.u64(length);
            });
        }
        bytes.record(op::FOOTER, |r| {
            r.u64(summary);
            r.u64(offsets);
            r.u32(0);
        });
        bytes.extend_from_slice(MAGIC);
        self.put(&bytes)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put_statistics(&self, bytes: &mut Vec<u8>) {
        let (first, last) = self.times.unwrap_or_default();
        bytes.record(op::STATISTICS, |r| {
            r.u64(self.message_count);
            r.u16(self.schemas.len() as u16);
            r.u32(self.channels.len() as u32);
            r.u32(self.attachments.len() as u32);
            r.u32(self.metadata.len() as u32);
            r.u32(self.chunks.len() as u32);
            r.u64(first);
            r.u64(last);
            r.list(|r| {
                for (id, channel) in self.channels.iter().enumerate() {
                    r.u16(id as u16);
                    r.u64(channel.messages);
                }
            });
        });
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}

fn put_chunk_index(bytes: &mut Vec<u8>, chunk: &ChunkIndex) {
    bytes.record(op::CHUNK_INDEX, |r| {
        r.u64(chunk.times.0);
        r.u64(chunk.times.1);
        r.u64(chunk.offset);
        r.u64(chunk.length);
        r.list(|r| {
            for (channel, offset) in &chunk.message_indexes {
                r.u16(*channel);
                r.u64(*offset);
            }
        });
        r.u64(chunk.message_index_length);
        r.text("lz4");
        r.u64(chunk.compressed);
        r.u64(chunk.uncompressed);
    });
}
