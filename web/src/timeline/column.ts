// Growing columns of numbers, and the search in a column of times.

/** A growing column of numbers in double or single precision. */
export class Column<A extends Float64Array | Float32Array> {
  length = 0;
  private data: A;
  private readonly make: (size: number) => A;

  constructor(make: (size: number) => A) {
    this.make = make;
    this.data = make(64);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = this.make(2 * this.length);
      grown.set(this.data as never);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  at(k: number): number {
    return this.data[k] as number;
  }

  set(k: number, value: number): void {
    this.data[k] = value;
  }

  /** The numbers from one index up to another, without a copy. */
  part(from: number, to: number): A {
    return this.data.subarray(from, to) as A;
  }

  /** Forgets the numbers from an index on. */
  cut(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Forgets the first numbers. */
  drop(count: number): void {
    this.data.copyWithin(0, count, this.length);
    this.length -= count;
  }
}

export const double = (): Column<Float64Array> => new Column((n) => new Float64Array(n));
export const single = (): Column<Float32Array> => new Column((n) => new Float32Array(n));

/** Index of the last time that is not after `t`; −1 before the first. */
export function lastAt(times: { length: number; at(k: number): number }, t: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times.at(middle) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Values that change now and then, each with the time from which it holds. */
export class Changes<T> {
  private readonly times: number[] = [];
  private readonly values: T[] = [];

  get length(): number {
    return this.times.length;
  }

  push(t: number, value: T): void {
    const last = this.times.length - 1;
    if (last >= 0 && (this.times[last] as number) >= t) this.values[last] = value;
    else {
      this.times.push(t);
      this.values.push(value);
    }
  }

  /** Index of the value that holds at a time; −1 before the first. */
  index(t: number): number {
    return lastAt({ length: this.times.length, at: (k) => this.times[k] as number }, t);
  }

  at(t: number): T | undefined {
    return this.values[this.index(t)];
  }

  entry(k: number): [number, T] | undefined {
    const value = this.values[k];
    return value === undefined ? undefined : [this.times[k] as number, value];
  }
}
