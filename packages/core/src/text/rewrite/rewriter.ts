import { TTSError } from "@parlando/engine";
import { MappedBuffer } from "../mapped-buffer.ts";
import type { MappedText, TextStage } from "../mapped-text.ts";
import { RewriteOutput } from "./rewrite-output.ts";

/** Units that were written are remembered this far back. */
const TAIL_UNITS = 4;

/** Where a stage reads, and what it does with what it has read. */
export class RewriteCursor {
  /** What was not read yet begins at {@link RewriteCursor.at}. */
  text = "";
  at = 0;
  /** No text follows, or none for a while. */
  ended = false;
  /** Units that were read since the text began: the place of `at` in all of it. */
  offset = 0;
  /** The last character that was read; "" at the start of a text. */
  lastRead = "";
  /** The last few units that were written. */
  tail = "";
  #output = new RewriteOutput();
  /** Where in the fed text ended what was written last. */
  #lastEnd: number | undefined;

  /** The unit at so many units behind the cursor; "" where there is none yet. */
  peek(units = 0): string {
    return this.text.charAt(this.at + units);
  }

  /** The character at so many units behind the cursor; "" where there is none yet. */
  character(units = 0): string {
    const point = this.text.codePointAt(this.at + units);
    return point === undefined ? "" : String.fromCodePoint(point);
  }

  /** Units that can be read. */
  get available(): number {
    return this.text.length - this.at;
  }

  /** Whether the next `units` can be judged: they are there, or no more come. */
  has(units: number): boolean {
    return this.ended || this.available >= units;
  }

  /** What was not read yet, up to `units`. */
  ahead(units: number): string {
    return this.text.slice(this.at, this.at + units);
  }

  /** Passes the next `units` on as they are. */
  keep(units: number): void {
    const kept = this.ahead(units);
    this.#output.copy(kept, this.at);
    this.#wrote(kept);
    this.#move(units);
  }

  /** Leaves the next `units` out. */
  drop(units: number): void {
    this.#move(units);
  }

  /** Says `words` instead of the next `units`; what is said without any is put between what was read. */
  say(units: number, words: string): void {
    this.#output.replace(words, this.at, this.at + units);
    this.#wrote(words);
    this.#move(units);
  }

  /** Passes the next `units` on, and tells how they are pronounced. */
  pronounce(units: number, ipa: string): void {
    this.keep(units);
    this.#output.pronounce(units, ipa);
  }

  /** Starts on what was appended to `text`; what was written until now is returned by {@link RewriteCursor.finish}. */
  begin(text: string, ended: boolean): void {
    this.text = text;
    this.at = 0;
    this.ended = ended;
    this.#output = new RewriteOutput(this.#lastEnd);
  }

  finish(read: MappedText): MappedText {
    const written = this.#output.finish(read);
    if (written.text !== "") this.#lastEnd = written.sourceAt(written.text.length);
    return written;
  }

  /** A new text begins. */
  restart(): void {
    this.offset = 0;
    this.lastRead = "";
    this.tail = "";
    this.#lastEnd = undefined;
  }

  #move(units: number): void {
    if (units === 0) return;
    const last = this.text.charAt(this.at + units - 1);
    const first = units > 1 ? this.text.charAt(this.at + units - 2) : this.lastRead;
    this.lastRead = isPair(first, last) ? first + last : last;
    this.at += units;
    this.offset += units;
  }

  #wrote(text: string): void {
    this.tail = text.length >= TAIL_UNITS ? text.slice(-TAIL_UNITS) : (this.tail + text).slice(-TAIL_UNITS);
  }
}

function isPair(first: string, last: string): boolean {
  return first.length === 1 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(first + last);
}

/** What a stage knows: how to read on from a place. */
export interface TextReader {
  /**
   * Reads on at the cursor, at least one unit; `false` when what to do depends on text that has not come. What it does may depend on
   * what was read, and on so much of what follows as it would wait for, and on nothing else: then the pieces make no difference.
   */
  read(cursor: RewriteCursor): boolean;
  /** Forgets the text that was read: the next one is new. */
  restart(): void;
}

/** A stage around a reader: holds back what cannot be decided, and keeps the way back. */
export function createRewriter(reader: TextReader): TextStage {
  const input = new MappedBuffer();
  const cursor = new RewriteCursor();

  function run(ended: boolean): MappedText {
    cursor.begin(input.text, ended);
    while (cursor.available > 0) {
      const before = cursor.at;
      const isDecided = reader.read(cursor);
      if (!isDecided && !ended) break;
      // A reader that cannot decide at the end of a text has left something out; the text must not hang there.
      if (!isDecided) cursor.keep(1);
      else if (cursor.at === before) throw new TTSError("INTERNAL", "A text stage said that it had read on, but it had not.");
    }
    return cursor.finish(input.take(cursor.at));
  }

  return {
    push(text) {
      input.append(text);
      return run(false);
    },
    settle: () => run(true),
    flush() {
      const rest = run(true);
      cursor.restart();
      reader.restart();
      return rest;
    },
  };
}
