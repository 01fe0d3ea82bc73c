// LZ4 frames, as the chunks and attachments of a recording hold them.
// Layout: LZ4 Frame Format 1.6.1 and LZ4 Block Format (https://github.com/lz4/lz4/tree/dev/doc). Checksums are not
// compared: the MCAP container has its own.

/** Most bytes that are unpacked; a hostile file may claim any size. */
const MOST = 512 * 1024 * 1024;

/** Unpacks an LZ4 frame. Throws an error with a sentence if it is damaged or larger than `most` bytes. */
export function unpackFrame(source: Uint8Array, most = MOST): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (source.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new Error("expected an LZ4 frame, found other bytes");
  const flags = source[4] ?? 0;
  let at = 6;
  let size: number | undefined;
  if (flags & 0x08) {
    if (source.length < at + 9) throw new Error("the LZ4 frame is cut in its header");
    size = view.getUint32(at, true) + view.getUint32(at + 4, true) * 4294967296;
    at += 8;
  }
  if (flags & 0x01) at += 4;
  at += 1;
  if (size !== undefined && size > most) throw new Error(`the LZ4 frame claims ${size} bytes; at most ${most} are read`);
  const out = new Output(size ?? Math.min(most, 4 * source.length + 1024), most);
  for (;;) {
    if (at + 4 > source.length) throw new Error("the LZ4 frame is cut between two blocks");
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return out.done();
    const length = head & 0x7fffffff;
    if (at + length > source.length) throw new Error("the LZ4 frame is cut in a block");
    if (head >>> 31) out.append(source, at, at + length);
    else unpackBlock(source, at, at + length, out);
    at += length;
    if (flags & 0x10) at += 4;
  }
}

/** Growing output with an upper limit. */
class Output {
  bytes: Uint8Array;
  length = 0;
  private readonly most: number;

  constructor(size: number, most: number) {
    this.bytes = new Uint8Array(size);
    this.most = most;
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.most) throw new Error(`the LZ4 frame holds more than ${this.most} bytes`);
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.most, Math.max(needed, 2 * this.bytes.length)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  append(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    this.bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** Repeats `count` bytes from `distance` bytes before the end; the two may overlap. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new Error("an LZ4 match points before the beginning");
    this.reserve(count);
    const bytes = this.bytes;
    let to = this.length;
    if (distance >= count) {
      bytes.copyWithin(to, to - distance, to - distance + count);
    } else {
      for (const end = to + count; to < end; to++) bytes[to] = bytes[to - distance] as number;
    }
    this.length += count;
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

function unpackBlock(source: Uint8Array, from: number, to: number, out: Output): void {
  let at = from;
  const extended = (start: number): number => {
    let length = start;
    if (start !== 15) return length;
    for (;;) {
      if (at >= to) throw new Error("an LZ4 block is cut in a length");
      const more = source[at++] as number;
      length += more;
      if (more !== 255) return length;
    }
  };
  while (at < to) {
    const token = source[at++] as number;
    const literals = extended(token >>> 4);
    if (at + literals > to) throw new Error("an LZ4 block is cut in its literals");
    out.append(source, at, at + literals);
    at += literals;
    if (at >= to) return;
    if (at + 2 > to) throw new Error("an LZ4 block is cut in a match");
    const distance = (source[at] as number) | ((source[at + 1] as number) << 8);
    at += 2;
    out.repeat(distance, extended(token & 15) + 4);
  }
}
