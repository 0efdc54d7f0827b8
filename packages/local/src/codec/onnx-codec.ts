import { TTSError } from "@parlando/engine";
import { openSession } from "../backbone/onnx/open-session.ts";
import type { Device } from "../runtime/device.ts";
import { firstLine } from "../runtime/failure.ts";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "../runtime/onnx-runtime.ts";
import { readCodecLayout, type CodecLayout } from "./codec-layout.ts";
import type { WindowCodec } from "./codec.ts";
import { probeGeometry } from "./probe-geometry.ts";
import { createWindowQueue } from "./window-queue.ts";

/** What a codec is loaded from. */
export interface OnnxCodecOptions {
  readonly runtime: OnnxRuntime;
  /** The decoder's `.onnx`. */
  readonly path: string;
  /** One device: the runtime does not fall back, and neither does this. */
  readonly device: Device;
  /** Of the processor; undefined: the runtime's own choice. */
  readonly threads: number | undefined;
  /** Told after each window, also while probing: so many codes took so long. */
  readonly onDecoded?: ((codes: number, decodeMs: number) => void) | undefined;
}

/** Of NeuCodec's sound, in Hz; a graph does not tell. */
const sampleRate = 24_000;
/** NeuCodec's inverse transform has its window sum computed for so many frames (`MAX_FRAMES`). */
const maximumCodes = 6_000;

/**
 * Loads a decoder that sees only its window (NeuCodec, fp32 or int8), and finds its geometry by probing it. `decode` blocks its thread while the graph runs:
 * `createCodecClient` has it in a thread of its own. Without a GPU nothing was measured on one: devices other than the processor are not verified.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the file is missing, broken or no such decoder; `DEVICE_UNAVAILABLE` when the device does not work.
 */
export async function createOnnxCodec(options: OnnxCodecOptions): Promise<WindowCodec> {
  const { runtime, path, device, onDecoded } = options;
  const session = await openSession(options);
  try {
    const layout = readCodecLayout(session, path);
    const run = async (codes: Int32Array): Promise<Float32Array> => {
      const begin = performance.now();
      const samples = await decodeWindow({ runtime, session, layout, codes });
      onDecoded?.(codes.length, performance.now() - begin);
      return samples;
    };
    const probed = await probeGeometry(run);
    const queue = createWindowQueue((codes) => run(codes).catch((error: unknown) => Promise.reject(decodingError(error, codes.length))));
    let closing: Promise<void> | undefined;
    return {
      kind: "window",
      device,
      geometry: { sampleRate, maximumCodes, ...probed },
      decode: queue.decode,
      close: () => (closing ??= queue.close().then(() => session.release())),
    };
  } catch (error) {
    await session.release();
    if (TTSError.isInstance(error)) throw error;
    throw new TTSError("MODEL_NOT_FOUND", `Probing the codec ${path}: the runtime failed with ${firstLine(error)}. Check that the file is a NeuCodec decoder.`, { cause: error });
  }
}

async function decodeWindow({ runtime, session, layout, codes }: { runtime: OnnxRuntime; session: OnnxSession; layout: CodecLayout; codes: Int32Array }): Promise<Float32Array> {
  const data = layout.inputType === "int32" ? codes : BigInt64Array.from(codes, BigInt);
  const input = new runtime.Tensor(layout.inputType, data, layout.shape(codes.length));
  let outputs: Readonly<Record<string, OnnxTensor>> = {};
  try {
    outputs = await session.run({ [layout.input]: input }, [layout.output]);
    const samples = outputs[layout.output]?.data;
    if (!(samples instanceof Float32Array)) throw new TTSError("MODEL_NOT_FOUND", `Decoding speech codes: the codec's output ${layout.output} is no float32. Use NeuCodec's ONNX decoder.`);
    return samples.slice();
  } finally {
    input.dispose();
    for (const tensor of Object.values(outputs)) tensor.dispose();
  }
}

function decodingError(error: unknown, codes: number): TTSError {
  if (TTSError.isInstance(error)) return error;
  return new TTSError("SERVICE", `Decoding ${String(codes)} speech codes: the runtime failed with ${firstLine(error)}. Try again.`, { cause: error });
}
