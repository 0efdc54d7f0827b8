import { TTSError } from "@parlando/engine";
import type { OnnxSession, OnnxValueMetadata } from "../runtime/onnx-runtime.ts";

/** A tensor that a stateful decoder gives and wants back. */
export interface CodecStateTensor {
  readonly input: string;
  readonly output: string;
  readonly type: "float32" | "float16";
  /** Its sizes at the beginning: what may grow begins with nothing. */
  readonly firstShape: readonly number[];
}

/** How a stateful decoder's graph is asked. */
export interface StatefulLayout {
  readonly codesType: "int32" | "int64";
  readonly codebooks: number;
  readonly output: string;
  readonly states: readonly CodecStateTensor[];
}

/**
 * Reads from the graph itself how it is asked: streaming exports of Mimi take `audio_codes` (`[batch, codebooks, steps]`) and `past_*`, and give
 * `audio_values` and a `present_*` for each. Not verified on a published file: none was at hand.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the graph is not of that kind.
 */
export function readStatefulLayout(session: OnnxSession, path: string): StatefulLayout {
  const refuse = (found: string): TTSError => new TTSError("MODEL_NOT_FOUND", `Loading the codec ${path}: ${found}. Inputs \`audio_codes\` [1, codebooks, steps] and \`past_*\`, outputs \`audio_values\` and \`present_*\` were expected; it has ${[...session.inputNames, ...session.outputNames].join(", ")}. Use a streaming export of Mimi's decoder.`);
  const codes = session.inputMetadata.find(({ name }) => name === "audio_codes");
  const codebooks = codes?.shape?.[1];
  if (codes === undefined || typeof codebooks !== "number") throw refuse("it has no input `audio_codes` with a fixed number of codebooks");
  if (codes.type !== "int32" && codes.type !== "int64") throw refuse(`its codes are ${codes.type ?? "of an unknown type"}`);
  if (!session.outputNames.includes("audio_values")) throw refuse("it has no output `audio_values`");
  const states = session.inputMetadata.filter((input) => input !== codes).map((input) => stateOf(input, session, refuse));
  if (states.length === 0) throw refuse("it remembers nothing");
  return { codesType: codes.type, codebooks, output: "audio_values", states };
}

function stateOf({ name, type, shape }: OnnxValueMetadata, session: OnnxSession, refuse: (found: string) => TTSError): CodecStateTensor {
  const output = name.replace(/^past_/u, "present_");
  if (output === name || !session.outputNames.includes(output)) throw refuse(`nothing comes out for its input ${name}`);
  if (type !== "float32" && type !== "float16") throw refuse(`its state ${name} is ${type ?? "of an unknown type"}`);
  // The first size is the batch, whatever its name is.
  return { input: name, output, type, firstShape: (shape ?? []).map((size, index) => (typeof size === "number" ? size : index === 0 ? 1 : 0)) };
}
