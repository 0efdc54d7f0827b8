import type { OnnxRuntime, OnnxTensor } from "../../runtime/onnx-runtime.ts";
import type { OnnxLayout } from "./layout.ts";

/** Tensors by their names, as a run takes and gives them. */
export type NamedTensors = Readonly<Record<string, OnnxTensor>>;

/** Keys and values of a prompt that nobody changes: runs begin with them, and only who kept them disposes them. */
export interface KeptCache {
  /** By the names of inputs. */
  readonly tensors: NamedTensors;
  readonly tokens: number;
  readonly bytes: number;
}

/** Keys and values of one run. Each step replaces them all; what is replaced is disposed at once, since the collector does not see native memory. */
export interface RunCache {
  /** Tokens whose keys and values it has. */
  readonly tokens: number;
  /** The same object always: what every run of the session is fed, to which the tokens themselves are added. */
  readonly feeds: Record<string, OnnxTensor>;
  /** Takes what a run gave. */
  replace(outputs: NamedTensors, tokens: number): void;
  /** Gives away what there is, and has nothing any more. */
  giveAway(): KeptCache;
  /** Disposes what there is, or lets go what was borrowed. Twice is no harm. */
  close(): void;
}

/**
 * Begins where a kept prompt ends, or with nothing.
 *
 * @param options - `kept`: a prompt that was borrowed; its `release` is called when this cache needs it no more.
 */
export function createRunCache({ runtime, layout, kept }: { runtime: OnnxRuntime; layout: OnnxLayout; kept?: { readonly cache: KeptCache; release(): void } | undefined }): RunCache {
  const feeds: Record<string, OnnxTensor> = {};
  let tokens = kept?.cache.tokens ?? 0;
  let isOurs = kept === undefined;
  let isClosed = false;
  for (const { past } of layout.slots) feeds[past] = kept?.cache.tensors[past] ?? emptyTensor(runtime, layout);

  const dispose = (): void => {
    if (!isOurs) return kept?.release();
    for (const { past } of layout.slots) feeds[past]?.dispose();
  };
  return {
    get tokens() {
      return tokens;
    },
    feeds,
    replace(outputs, total) {
      dispose();
      isOurs = true;
      tokens = total;
      for (const { past, present } of layout.slots) {
        const tensor = outputs[present];
        if (tensor !== undefined) feeds[past] = tensor;
      }
    },
    giveAway() {
      isClosed = true;
      const tensors = Object.fromEntries(layout.slots.flatMap(({ past }) => (feeds[past] === undefined ? [] : [[past, feeds[past]]])));
      return { tensors, tokens, bytes: cacheBytes(layout, tokens) };
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      dispose();
    },
  };
}

/** Disposes what was kept. */
export function disposeKept({ tensors }: KeptCache): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** Memory that keys and values of so many tokens take, in bytes. */
export function cacheBytes({ layers, kvHeads, headSize, cacheType }: Pick<OnnxLayout, "layers" | "kvHeads" | "headSize" | "cacheType">, tokens: number): number {
  return 2 * layers * kvHeads * headSize * tokens * (cacheType === "float16" ? 2 : 4);
}

function emptyTensor({ Tensor }: OnnxRuntime, { cacheType, kvHeads, headSize }: OnnxLayout): OnnxTensor {
  return new Tensor(cacheType, cacheType === "float16" ? new Uint16Array(0) : new Float32Array(0), [1, kvHeads, 0, headSize]);
}
