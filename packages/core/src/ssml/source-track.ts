import type { MappedText } from "../text/mapped-text.ts";

/** Remembers where the units of a text come from, as long as they are asked for. */
export class SourceTrack {
  #starts: number[] = [];
  #ends: number[] = [];
  /** Offset of the first unit that is remembered. */
  #base = 0;
  #last = 0;
  /** Where the last unit ends that was released. */
  #before = 0;

  append(mapped: MappedText): void {
    for (let index = 0; index < mapped.text.length; index += 1) {
      this.#starts.push(mapped.sourceStartAt?.(index) ?? mapped.sourceAt(index));
      this.#ends.push(mapped.sourceEndAt?.(index + 1) ?? mapped.sourceAt(index + 1));
    }
    this.#last = this.#ends.at(-1) ?? this.#last;
  }

  /** Where the unit at an offset begins. */
  startAt(offset: number): number {
    return this.#starts[offset - this.#base] ?? this.#last;
  }

  /** Where the unit before an offset ends. */
  endAt(offset: number): number {
    return offset <= this.#base ? this.#before : (this.#ends[offset - 1 - this.#base] ?? this.#last);
  }

  /** What stands before an offset is not asked for any more. */
  release(offset: number): void {
    const count = Math.min(offset - this.#base, this.#starts.length);
    if (count <= 0) return;
    this.#before = this.#ends[count - 1] ?? this.#before;
    this.#starts = this.#starts.slice(count);
    this.#ends = this.#ends.slice(count);
    this.#base += count;
  }
}
