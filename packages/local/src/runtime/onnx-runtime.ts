/** The parts of `onnxruntime-node` that are used, so that a compatible runtime can be handed in. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(path: string, options: OnnxSessionOptions): Promise<OnnxSession> };
  readonly Tensor: new (type: OnnxTensorType, data: OnnxTensorData, dims: readonly number[]) => OnnxTensor;
  /** Node only. */
  listSupportedBackends?(): readonly { readonly name: string; readonly bundled: boolean }[];
}

/** Types of tensors that occur in these models. */
export type OnnxTensorType = "float32" | "float16" | "int64" | "int32" | "bool";

/** Numbers of a tensor; float16 has its bits in a `Uint16Array`. */
export type OnnxTensorData = Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

/** Numbers with a shape. Disposed as soon as nobody needs it: native memory is not seen by the collector. */
export interface OnnxTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
  dispose(): void;
}

/** What a tensor of a graph must be; a dimension that may change is told by its name. */
export interface OnnxValueMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string | undefined;
  readonly shape?: readonly (number | string)[] | undefined;
}

/** A loaded graph. `run` blocks its thread. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly OnnxValueMetadata[];
  readonly outputMetadata: readonly OnnxValueMetadata[];
  run(feeds: Readonly<Record<string, OnnxTensor>>, fetches?: readonly string[] | Readonly<Record<string, OnnxTensor | null>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** Options of a session that are set here. */
export interface OnnxSessionOptions {
  readonly executionProviders: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Off: memory grows with every new shape otherwise. */
  readonly enableMemPattern: false;
  readonly enableCpuMemArena?: boolean | undefined;
  readonly intraOpNumThreads?: number | undefined;
  readonly interOpNumThreads?: number | undefined;
  readonly graphOptimizationLevel?: "disabled" | "basic" | "extended" | "all" | undefined;
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4 | undefined;
}
