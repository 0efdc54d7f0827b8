/** How many units are turned into a string at once; more arguments than this risk the call stack. */
const SLICE_UNITS = 4096;
const SMALLEST_CAPACITY = 256;

/**
 * The text not yet done with, as UTF-16 units under absolute offsets: offset 0 is the first unit ever appended. Appending,
 * releasing and reading cost a constant time for each unit, however small the pieces are; a string that grows by pieces
 * would be copied again and again.
 */
export interface UnitBuffer {
  /** Unit `offset` stands at `units[offset - base]`. Replaced when it grows: do not keep it. */
  units: Uint16Array;
  base: number;
  /** Offset after the last unit. */
  end: number;
  append(text: string): void;
  /** The text between two offsets that are still held. */
  slice(start: number, end: number): string;
  /** Units before `offset` will not be asked for again. */
  release(offset: number): void;
}

/** An empty {@link UnitBuffer}. */
export function createUnitBuffer(): UnitBuffer {
  const buffer: UnitBuffer = {
    units: new Uint16Array(SMALLEST_CAPACITY),
    base: 0,
    end: 0,
    append(text) {
      makeRoom(buffer, text.length, released);
      released = Math.max(released, buffer.base);
      let index = buffer.end - buffer.base;
      const { units } = buffer;
      for (let from = 0; from < text.length; from += 1) units[index++] = text.charCodeAt(from);
      buffer.end += text.length;
    },
    slice(start, end) {
      const last = end - buffer.base;
      let text = "";
      for (let from = start - buffer.base; from < last; from += SLICE_UNITS) text += textOf(buffer.units, from, Math.min(last, from + SLICE_UNITS));
      return text;
    },
    release(offset) {
      released = Math.max(released, Math.min(offset, buffer.end));
    },
  };
  let released = 0;
  return buffer;
}

/** By way of a plain array: engines are slow to spread a typed one, and walk what is spread through its iterator. */
function textOf(units: Uint16Array, start: number, end: number): string {
  const copy = new Array<number>(end - start);
  for (let index = start; index < end; index += 1) copy[index - start] = units[index] ?? 0;
  return Reflect.apply<typeof String, number[], string>(String.fromCharCode, String, copy);
}

/** Drops what was released when that is at least half of the buffer, so that each unit is moved a bounded number of times. */
function makeRoom(buffer: UnitBuffer, count: number, released: number): void {
  const held = buffer.end - buffer.base;
  if (held + count <= buffer.units.length) return;
  const kept = buffer.end - released;
  const isRoomy = (kept + count) * 2 <= buffer.units.length;
  const target = isRoomy ? buffer.units : new Uint16Array(Math.max(SMALLEST_CAPACITY, (kept + count) * 2));
  target.set(buffer.units.subarray(released - buffer.base, held));
  buffer.units = target;
  buffer.base = released;
}
