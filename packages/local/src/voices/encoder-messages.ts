import type { ProcessFailure } from "../runtime/protocol.ts";

/** To the encoder's process: one, then it ends. */
export interface EncodeOrder {
  /** Absolute: the encoder's `.onnx`. */
  readonly path: string;
  /** Like `onnxruntime-node`: a name or a `file:` URL. */
  readonly runtime: string;
  /** The recording, mono, at 16,000 Hz. */
  readonly samples: Float32Array;
}

/** Its answer. */
export type EncodeAnswer = { readonly type: "encoded"; readonly codes: Int32Array } | { readonly type: "failed"; readonly failure: ProcessFailure };
