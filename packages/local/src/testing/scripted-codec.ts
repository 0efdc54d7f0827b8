import { TTSError } from "@parlando/engine";
import type { Clock } from "@parlando/core";
import type { WindowCodec } from "../codec/codec.ts";
import { codecHop, codecMaximum, codecTrims, type CodecTrim, knownSound } from "./known-codec.ts";

/** What a codec without a model does. */
export interface ScriptedCodecOptions {
  /** Default: as in NeuCodec's ONNX form. */
  readonly trim?: CodecTrim | undefined;
  /** Together with `windowMs`: how long a window takes. Default: no time at all. */
  readonly clock?: Clock | undefined;
  readonly windowMs?: ((codes: number) => number) | undefined;
  /** Asked before each window; what it gives is thrown. */
  readonly fail?: ((window: number) => TTSError | undefined) | undefined;
}

/** A codec without a model, and the windows it was given. */
export interface ScriptedCodec extends WindowCodec {
  /** Codes of each window, in order. */
  readonly windows: readonly number[];
}

/** The known codec in plain TypeScript: the same samples to the bit, in the time that is wanted, one window at a time. */
export function createScriptedCodec(options: ScriptedCodecOptions = {}): ScriptedCodec {
  const trim = options.trim ?? codecTrims.onnx;
  const windows: number[] = [];
  let before: Promise<unknown> = Promise.resolve();

  async function decode(codes: Int32Array, signal: AbortSignal): Promise<Float32Array> {
    if (signal.aborted) throw new TTSError("ABORTED", "Decoding a window: it is not wanted any more.");
    const failure = options.fail?.(windows.length);
    windows.push(codes.length);
    if (failure !== undefined) throw failure;
    if (codes.length > codecMaximum) throw new TTSError("SERVICE", `Decoding a window of ${String(codes.length)} codes: ${String(codecMaximum)} is the most.`);
    const ms = options.windowMs?.(codes.length) ?? 0;
    if (ms > 0) await options.clock?.sleep(ms);
    const sound = knownSound(codes);
    return sound.slice(trim.leadSamples, sound.length - (trim.missingSamples - trim.leadSamples));
  }

  return {
    kind: "window",
    device: "cpu",
    geometry: { sampleRate: 24_000, samplesPerCode: codecHop, ...trim, maximumCodes: codecMaximum },
    windows,
    decode: (codes, signal) => {
      const own = before.then(() => decode(codes, signal));
      before = own.catch(() => undefined);
      return own;
    },
    close: async () => {},
  };
}
