import { TTSError } from "@parlando/engine";
import { createRandom, hostileBytes, longestCase, piecesOf, type Random } from "./mutate.ts";

/** Something that reads bytes from outside. */
export interface FuzzSubject {
  readonly name: string;
  /** Valid inputs, a few kilobytes at most. */
  readonly seeds: readonly Uint8Array[];
  /** Makes a reader for one case; `push` and `flush` return how many samples came out. */
  open(): Promise<FuzzReader>;
  /** Puts right what would hide the rest, such as a checksum. */
  repair?(bytes: Uint8Array): void;
  /** Most bytes that it may hold at a time; no piece of memory may be more than twice this, or twice the input. */
  readonly mostHeld: number;
  /** Most samples that an input of so many bytes may turn into. */
  mostSamples(bytes: number): number;
}

/** A reader of one input. */
export interface FuzzReader {
  push(bytes: Uint8Array): number;
  flush(): number;
  close?(): void;
}

/** What came of the cases. */
export interface FuzzReport {
  readonly name: string;
  readonly cases: number;
  /** Cases by the code they failed with; "none" for those that were read to the end. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The largest single piece of memory for bytes that was asked for. */
  readonly largestBytes: number;
  readonly slowestMs: number;
}

const expectedCodes: ReadonlySet<string> = new Set(["BAD_AUDIO", "TRUNCATED", "UNSUPPORTED"]);

/** Every so many cases the same bytes are read again, cut elsewhere: the outcome must be the same. */
const comparedEvery = 10;

/**
 * Reads hostile inputs, each made from `seed` and its number, so that a failure can be repeated alone.
 *
 * @throws What a case did wrong, with its number: an untyped error, too much memory, too many samples, an outcome that depends on the cuts.
 */
export async function runCases(subject: FuzzSubject, { cases, seed }: { cases: number; seed: number }): Promise<FuzzReport> {
  const outcomes: Record<string, number> = {};
  const watch = watchAllocations();
  let slowestMs = 0;
  try {
    for (let number = 0; number < cases; number += 1) {
      const random = createRandom(seed * 1_000_003 + number);
      const bytes = hostileBytes(subject.seeds, random);
      if (random.next() < 0.6) subject.repair?.(bytes);
      const startedAt = performance.now();
      const outcome = await readCase(subject, bytes, random, watch);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      judge(subject, number, bytes, outcome, watch.largest());
      if (number % comparedEvery === 0) compare(subject, number, outcome, await readCase(subject, bytes, random, watch));
      outcomes[outcome.code] = (outcomes[outcome.code] ?? 0) + 1;
    }
  } finally {
    watch.stop();
  }
  return { name: subject.name, cases, outcomes, largestBytes: watch.largest(), slowestMs };
}

interface Outcome {
  readonly code: string;
  readonly samples: number;
  readonly error: unknown;
}

async function readCase(subject: FuzzSubject, bytes: Uint8Array, random: Random, watch: AllocationWatch): Promise<Outcome> {
  const reader = await subject.open();
  const pieces = piecesOf(bytes, random);
  let samples = 0;
  watch.begin();
  try {
    for (const piece of pieces) samples += reader.push(piece);
    samples += reader.flush();
    return { code: "none", samples, error: undefined };
  } catch (error) {
    return { code: TTSError.isInstance(error) ? error.code : "untyped", samples, error };
  } finally {
    watch.end();
    reader.close?.();
  }
}

function judge(subject: FuzzSubject, number: number, bytes: Uint8Array, { code, samples, error }: Outcome, largest: number): void {
  if (code !== "none" && !expectedCodes.has(code)) throw failed(subject, number, `failed with ${code}`, error);
  if (samples > subject.mostSamples(bytes.length)) throw failed(subject, number, `made ${samples} samples of ${bytes.length} bytes`);
  if (largest > 2 * Math.max(subject.mostHeld, longestCase)) throw failed(subject, number, `asked for ${largest} bytes at once`);
}

/** Where reading failed, how many samples had come out before depends on the cuts; whether it fails does not. */
function compare(subject: FuzzSubject, number: number, one: Outcome, other: Outcome): void {
  if (one.code !== other.code) throw failed(subject, number, `ended with ${one.code}, and cut elsewhere with ${other.code}`, other.error);
  if (one.code === "none" && one.samples !== other.samples) throw failed(subject, number, `gave ${one.samples} samples, and cut elsewhere ${other.samples}`);
}

function failed(subject: FuzzSubject, number: number, what: string, cause?: unknown): TTSError {
  return new TTSError("INTERNAL", `Fuzzing ${subject.name}: case ${number} ${what}.`, { cause });
}

interface AllocationWatch {
  begin(): void;
  end(): void;
  largest(): number;
  stop(): void;
}

/** Sees every array of bytes that is made with a length, while a reader is at work. */
function watchAllocations(): AllocationWatch {
  const { ArrayBuffer: originalBuffer, Uint8Array: originalBytes } = globalThis;
  let isWatching = false;
  let largest = 0;
  const watched = <Type extends new (...given: never[]) => object>(original: Type): Type =>
    new Proxy(original, {
      construct(target, given: unknown[], newTarget) {
        const [length] = given;
        if (isWatching && typeof length === "number") largest = Math.max(largest, length);
        return Reflect.construct(target, given, newTarget) as object;
      },
    });
  globalThis.ArrayBuffer = watched(originalBuffer);
  globalThis.Uint8Array = watched(originalBytes);
  return {
    begin: () => (isWatching = true),
    end: () => (isWatching = false),
    largest: () => largest,
    stop: () => Object.assign(globalThis, { ArrayBuffer: originalBuffer, Uint8Array: originalBytes }),
  };
}
