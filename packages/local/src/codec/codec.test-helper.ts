import { join } from "node:path";
import { writeAttendingCodec, type AttendingCodecOptions } from "../testing/attending-codec.ts";
import { inFolder, onnx } from "../testing/test-runtimes.test-helper.ts";
import type { WindowCodec } from "./codec.ts";
import { createOnnxCodec } from "./onnx-codec.ts";
import type { SpeechAssembler, WindowRule } from "./speech-assembler.ts";

export const never: AbortSignal = new AbortController().signal;
/** The rule that NeuTTS publishes, as the presets have it. */
export const publishedRule: WindowRule = { lookBack: 51, lookAhead: 4, fade: 2, tail: 2 };
export const hop = 480;

/** Codes without a pattern, always the same for a seed. */
export function randomCodes(count: number, seed = 1): Int32Array {
  let state = seed;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  });
}

/** Adds all codes and takes the sizes in turn, each as soon as it may be; at the end what is left. Gives the pieces. */
export async function takeInPieces(assembler: SpeechAssembler, codes: Int32Array, sizes: readonly number[]): Promise<Float32Array[]> {
  const pieces: Float32Array[] = [];
  let next = 0;
  const size = (): number => Math.max(1, sizes[next % sizes.length] ?? 1);
  const take = async (count: number): Promise<void> => {
    pieces.push(await assembler.take(count, never));
    next += 1;
  };
  for (const code of codes) {
    assembler.add(code);
    if (assembler.ready() >= size()) await take(size());
  }
  assembler.end();
  while (assembler.ready() > 0) await take(Math.min(size(), assembler.ready()));
  return pieces;
}

export function join32(pieces: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** What a decoder that sees everything at once makes of the codes: with the same context before and the same tail behind. */
export async function wholeDecode(codec: WindowCodec, codes: Int32Array, { context = new Int32Array(0), tail = 2 }: { context?: Int32Array; tail?: number } = {}): Promise<Float32Array> {
  const all = new Int32Array(context.length + codes.length + tail).fill(codes.at(-1) ?? 0);
  all.set(context);
  all.set(codes, context.length);
  const decoded = await codec.decode(all, never);
  const first = context.length * hop - codec.geometry.leadSamples;
  const sound = new Float32Array(codes.length * hop);
  sound.set(decoded.subarray(Math.max(0, first), first + sound.length), Math.max(0, -first));
  return sound;
}

/** A real graph that attends to its whole window, loaded as NeuCodec's would be. */
export async function withAttendingCodec<T>(options: AttendingCodecOptions, use: (codec: WindowCodec) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "codec.onnx");
    await writeAttendingCodec(path, options);
    const codec = await createOnnxCodec({ runtime: onnx, path, device: "cpu", threads: 1 });
    try {
      return await use(codec);
    } finally {
      await codec.close();
    }
  });
}

/** Root mean square of the difference, in dB against the root mean square of what was expected. */
export function errorDb(actual: Float32Array, expected: Float32Array): number {
  let error = 0;
  let power = 0;
  for (let index = 0; index < expected.length; index += 1) {
    error += ((actual[index] ?? 0) - (expected[index] ?? 0)) ** 2;
    power += (expected[index] ?? 0) ** 2;
  }
  return 10 * Math.log10(Math.max(error, 1e-30) / power);
}

/** Whether two sounds are the same to the bit. */
export function isSame(actual: Float32Array, expected: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(actual), bytes(expected)) === 0;
}
