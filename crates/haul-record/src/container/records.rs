//! Records of the MCAP format as bytes, little-endian.

/// Magic bytes at the beginning and the end of a file.
pub const MAGIC: &[u8; 8] = b"\x89MCAP0\r\n";

/// Opcodes of the records that this crate writes.
pub mod op {
    pub const HEADER: u8 = 0x01;
    pub const FOOTER: u8 = 0x02;
    pub const SCHEMA: u8 = 0x03;
    pub const CHANNEL: u8 = 0x04;
    pub const MESSAGE: u8 = 0x05;
    pub const CHUNK: u8 = 0x06;
    pub const MESSAGE_INDEX: u8 = 0x07;
    pub const CHUNK_INDEX: u8 = 0x08;
    pub const ATTACHMENT: u8 = 0x09;
    pub const ATTACHMENT_INDEX: u8 = 0x0a;
    pub const STATISTICS: u8 = 0x0b;
    pub const METADATA: u8 = 0x0c;
    pub const METADATA_INDEX: u8 = 0x0d;
    pub const SUMMARY_OFFSET: u8 = 0x0e;
    pub const DATA_END: u8 = 0x0f;
}

/// Size of a record's opcode and length, bytes.
pub const HEAD: usize = 9;

/// Appends values to the bytes of a record.
pub trait Put {
    fn u8(&mut self, v: u8);
    fn u16(&mut self, v: u16);
    fn u32(&mut self, v: u32);
    fn u64(&mut self, v: u64);
    /// Appends the length of a text, then the text.
    fn text(&mut self, v: &str);
    /// Appends the length of a list in bytes, then the list.
    fn list(&mut self, write: impl FnOnce(&mut Self));
    /// Appends a record: its opcode, its length, then its content.
    fn record(&mut self, op: u8, write: impl FnOnce(&mut Self));
}

impl Put for Vec<u8> {
    fn u8(&mut self, v: u8) {
        self.push(v);
    }

    fn u16(&mut self, v: u16) {
        self.extend(v.to_le_bytes());
    }

    fn u32(&mut self, v: u32) {
        self.extend(v.to_le_bytes());
    }

    fn u64(&mut self, v: u64) {
        self.extend(v.to_le_bytes());
    }

    fn text(&mut self, v: &str) {
        self.u32(v.len() as u32);
        self.extend(v.as_bytes());
    }

    fn list(&mut self, write: impl FnOnce(&mut Self)) {
        let at = self.len();
        self.u32(0);
        write(self);
        let length = (self.len() - at - 4) as u32;
        self[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }

    fn record(&mut self, op: u8, write: impl FnOnce(&mut Self)) {
        self.u8(op);
        let at = self.len();
        self.u64(0);
        write(self);
        let length = (self.len() - at - 8) as u64;
        self[at..at + 8].copy_from_slice(&length.to_le_bytes());
    }
}
