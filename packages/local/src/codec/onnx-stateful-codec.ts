import { TTSError } from "@parlando/engine";
import { openSession } from "../backbone/onnx/open-session.ts";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "../runtime/onnx-runtime.ts";
import { firstLine } from "../runtime/failure.ts";
import type { CodecState, StatefulCodec } from "./codec.ts";
import type { OnnxCodecOptions } from "./onnx-codec.ts";
import { readStatefulLayout, type StatefulLayout } from "./stateful-layout.ts";

/** Of Mimi's sound, in Hz; a graph does not tell. */
const sampleRate = 24_000;
/** Positions that Mimi's decoder was made for are 8,000, two for each step. */
const maximumSteps = 4_000;

interface Loaded {
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
  readonly layout: StatefulLayout;
}

type Tensors = readonly OnnxTensor[];

/**
 * Loads a decoder that remembers (a streaming export of Mimi). What it remembers of a speech grows with it and is freed when the speech is closed. `decode`
 * blocks its thread while the graph runs.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the file is missing, broken or no such decoder; `DEVICE_UNAVAILABLE` when the device does not work.
 */
export async function createOnnxStatefulCodec(options: Omit<OnnxCodecOptions, "onDecoded">): Promise<StatefulCodec> {
  const { runtime, path, device } = options;
  const session = await openSession(options);
  try {
    const layout = readStatefulLayout(session, path);
    const loaded = { runtime, session, layout };
    const samplesPerCode = await probeStep(loaded, path);
    return {
      kind: "stateful",
      device,
      codebooks: layout.codebooks,
      geometry: { sampleRate, samplesPerCode, leadSamples: 0, missingSamples: 0, maximumCodes: maximumSteps },
      open: () => openState(loaded),
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Samples of one step; two must have twice as many. */
async function probeStep(loaded: Loaded, path: string): Promise<number> {
  const { signal } = new AbortController();
  const lengths: number[] = [];
  for (const steps of [1, 2]) {
    const state = openState(loaded);
    try {
      lengths.push((await state.decode(new Int32Array(steps * loaded.layout.codebooks), signal)).length);
    } finally {
      state.close();
    }
  }
  const [one = 0, two = 0] = lengths;
  if (one > 0 && two === 2 * one) return one;
  throw new TTSError("MODEL_NOT_FOUND", `Probing the codec ${path}: one step became ${String(one)} samples and two ${String(two)}; twice as many were expected. Use a streaming export of Mimi's decoder.`);
}

function openState(loaded: Loaded): CodecState {
  const { runtime, layout } = loaded;
  let states: Tensors = layout.states.map(({ type, firstShape }) => new runtime.Tensor(type, emptyData(type, firstShape), firstShape));
  let running = false;
  let closed = false;
  const free = (): void => {
    for (const tensor of states) tensor.dispose();
    states = [];
  };
  return {
    async decode(codes, signal) {
      if (closed || signal.aborted) throw new TTSError("ABORTED", "Decoding speech codes: it was called off.");
      running = true;
      try {
        const stepped = await step(loaded, codes, states);
        free();
        states = stepped.states;
        return stepped.samples;
      } catch (error) {
        if (TTSError.isInstance(error)) throw error;
        throw new TTSError("SERVICE", `Decoding ${String(codes.length)} speech codes: the runtime failed with ${firstLine(error)}. Try again.`, { cause: error });
      } finally {
        running = false;
        if (closed) free();
      }
    },
    close() {
      closed = true;
      // The runtime still reads what a run was given.
      if (!running) free();
    },
  };
}

async function step({ runtime, session, layout }: Loaded, codes: Int32Array, states: Tensors): Promise<{ samples: Float32Array; states: Tensors }> {
  const { codesType, codebooks, output } = layout;
  const steps = codes.length / codebooks;
  const byBook = Int32Array.from(codes, (_, index) => codes[(index % steps) * codebooks + Math.floor(index / steps)] ?? 0);
  const input = new runtime.Tensor(codesType, codesType === "int32" ? byBook : BigInt64Array.from(byBook, BigInt), [1, codebooks, steps]);
  try {
    const past = layout.states.map((state, index) => [state.input, states[index]] as const).filter((entry): entry is readonly [string, OnnxTensor] => entry[1] !== undefined);
    const results = await session.run({ audio_codes: input, ...Object.fromEntries(past) });
    const present = layout.states.flatMap((state) => results[state.output] ?? []);
    const sound = results[output]?.data;
    const isComplete = sound instanceof Float32Array && present.length === layout.states.length;
    const samples = isComplete ? sound.slice() : undefined;
    for (const tensor of Object.values(results)) if (samples === undefined || !present.includes(tensor)) tensor.dispose();
    if (samples === undefined) throw new TTSError("MODEL_NOT_FOUND", "Decoding speech codes: the codec gave no float32 sound, or not all of its state. Use a streaming export of Mimi's decoder.");
    return { samples, states: present };
  } finally {
    input.dispose();
  }
}

function emptyData(type: "float32" | "float16", shape: readonly number[]): Float32Array | Uint16Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return type === "float32" ? new Float32Array(length) : new Uint16Array(length);
}
