import { TTSError } from "@parlando/engine";
import type { OnnxSession, OnnxValueMetadata } from "../runtime/onnx-runtime.ts";

/** How a decoder's graph is asked. */
export interface CodecLayout {
  readonly input: string;
  readonly inputType: "int32" | "int64";
  /** Sizes of the input for so many codes. */
  readonly shape: (codes: number) => readonly number[];
  readonly output: string;
}

/**
 * Reads from the graph itself how it is asked: NeuCodec's decoder takes `codes` (int32, `[batch, 1, codes]`) and gives one float32 output whose name is
 * whatever its exporter chose.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the graph is not of that kind; the message tells what it has.
 */
export function readCodecLayout(session: OnnxSession, path: string): CodecLayout {
  const refuse = (found: string): TTSError =>
    new TTSError("MODEL_NOT_FOUND", `Loading the codec ${path}: ${found}. Its inputs are ${tell(session.inputMetadata)}, its outputs ${tell(session.outputMetadata)}; one input \`codes\` (int32 or int64, [1, 1, N]) and one float32 output were expected. Use NeuCodec's ONNX decoder.`);

  const input = session.inputMetadata.find(({ name }) => name === "codes");
  if (input === undefined) throw refuse("it has no input `codes`");
  if (session.inputMetadata.length !== 1) throw refuse("it wants more than codes");
  const { type } = input;
  if (type !== "int32" && type !== "int64") throw refuse(`its codes are ${type ?? "of an unknown type"}`);
  const rank = input.shape?.length ?? 3;
  if (rank < 1 || rank > 3) throw refuse("its codes have an unknown shape");
  const output = session.outputMetadata[0];
  if (output === undefined || output.type !== "float32") throw refuse("its first output is not float32");
  return { input: input.name, inputType: type, shape: (codes) => [...Array.from<number>({ length: rank - 1 }).fill(1), codes], output: output.name };
}

function tell(values: readonly OnnxValueMetadata[]): string {
  if (values.length === 0) return "none";
  return values.map(({ name, type, shape }) => `${name} (${type ?? "?"} [${(shape ?? ["?"]).join(", ")}])`).join(", ");
}
