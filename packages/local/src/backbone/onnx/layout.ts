import { TTSError } from "@parlando/engine";
import type { OnnxSession, OnnxValueMetadata } from "../../runtime/onnx-runtime.ts";

/** Types that ids, masks and positions have: int64 in both exports, int32 in some that were made for other runtimes. */
export type IntegerType = "int64" | "int32";

/** One layer's key or value: what goes in and what comes out. */
export interface CacheSlot {
  readonly past: string;
  readonly present: string;
}

/** How a backbone was exported. Both layouts have `input_ids`, `attention_mask`, `past_key_values.N.key|value`, `logits` and `present.N.key|value`. */
export interface OnnxLayout {
  /** "genai": ONNX Runtime GenAI's builder. "community": transformers.js and its like, with positions as an input. */
  readonly kind: "genai" | "community";
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly cacheType: "float32" | "float16";
  readonly logitsType: "float32" | "float16";
  /** The width of the logits; undefined where the graph does not tell. */
  readonly vocabulary: number | undefined;
  /** Type of `input_ids`, and of the mask. */
  readonly idType: IntegerType;
  readonly maskType: IntegerType;
  /** Type of `position_ids`; undefined: the graph counts itself. */
  readonly positionType: IntegerType | undefined;
  /** How many positions logits are wanted for (`num_logits_to_keep`); undefined: it cannot be said. */
  readonly keep: { readonly type: IntegerType; readonly dims: readonly number[] } | undefined;
  /** Whether a run gives logits of its last position only, by itself or because it is told so. */
  readonly lastLogitsOnly: boolean;
  /** Keys and values of all layers, in their order. */
  readonly slots: readonly CacheSlot[];
}

/**
 * Finds out how a backbone was exported, from the names, types and shapes of its inputs and outputs.
 *
 * @param path - Of the file, for the message.
 * @throws TTSError `MODEL_NOT_FOUND` that names all that is missing or of another type or shape: it is an ONNX file, but no such backbone.
 */
export function readOnnxLayout(session: Pick<OnnxSession, "inputMetadata" | "outputMetadata">, path: string): OnnxLayout {
  const problems: string[] = [];
  const inputs = byName(session.inputMetadata);
  const outputs = byName(session.outputMetadata);
  const integer = (name: string): IntegerType => readType(inputs.get(name), { name, of: "input", allowed: ["int64", "int32"], problems });

  const idType = integer("input_ids");
  const maskType = integer("attention_mask");
  const positionType = inputs.has("position_ids") ? integer("position_ids") : undefined;
  const keepInput = inputs.get("num_logits_to_keep");
  const keep = keepInput === undefined ? undefined : { type: integer("num_logits_to_keep"), dims: (keepInput.shape ?? []).map(() => 1) };
  const logits = outputs.get("logits");
  const logitsType = readType(logits, { name: "logits", of: "output", allowed: ["float32", "float16"], problems });
  const cache = readCache(inputs, outputs, problems);

  const known = new Set(["input_ids", "attention_mask", "position_ids", "num_logits_to_keep", ...cache.slots.map(({ past }) => past)]);
  const unknown = [...inputs.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) problems.push(`inputs that are not known: ${unknown.slice(0, 4).join(", ")}`);
  if (problems.length > 0) throw wrongLayout(path, problems);

  const [, positions, vocabulary] = logits?.shape ?? [];
  return {
    kind: positionType === undefined ? "genai" : "community",
    ...cache,
    logitsType,
    vocabulary: typeof vocabulary === "number" ? vocabulary : undefined,
    idType,
    maskType,
    positionType,
    keep,
    lastLogitsOnly: keep !== undefined || positions === 1,
  };
}

function readCache(inputs: ReadonlyMap<string, OnnxValueMetadata>, outputs: ReadonlyMap<string, OnnxValueMetadata>, problems: string[]): Pick<OnnxLayout, "layers" | "kvHeads" | "headSize" | "cacheType" | "slots"> {
  const layers = [...inputs.keys()].filter((name) => /^past_key_values\.\d+\.key$/.test(name)).length;
  const slots = Array.from({ length: Math.max(1, layers) }, (_, layer) => ["key", "value"].map((part) => ({ past: `past_key_values.${String(layer)}.${part}`, present: `present.${String(layer)}.${part}` }))).flat();
  const first = inputs.get("past_key_values.0.key");
  const cacheType = readType(first, { name: "past_key_values.0.key", of: "input", allowed: ["float32", "float16"], problems });
  const [, kvHeads, , headSize] = first?.shape ?? [];
  if (first !== undefined && (typeof kvHeads !== "number" || typeof headSize !== "number")) {
    problems.push(`past_key_values.0.key has the shape [${(first.shape ?? []).join(", ")}], expected [batch, number of heads, past, size of a head]`);
  }
  for (const { past, present } of slots) {
    for (const [value, name, of] of [[inputs.get(past), past, "input"], [outputs.get(present), present, "output"]] as const) {
      if (value === first && first === undefined) continue;
      const type = readType(value, { name, of, allowed: ["float32", "float16"], problems });
      if (value !== undefined && type !== cacheType) problems.push(`${name} is ${type}, but past_key_values.0.key is ${cacheType}`);
    }
  }
  return { layers, kvHeads: typeof kvHeads === "number" ? kvHeads : 0, headSize: typeof headSize === "number" ? headSize : 0, cacheType, slots };
}

function byName(metadata: readonly OnnxValueMetadata[]): ReadonlyMap<string, OnnxValueMetadata> {
  return new Map(metadata.map((value) => [value.name, value]));
}

/** The type of a value if it is one that is allowed; else notes the problem and gives the first, so that all problems are told at once. */
function readType<Type extends string>(value: OnnxValueMetadata | undefined, { name, of, allowed, problems }: { name: string; of: "input" | "output"; allowed: readonly [Type, ...Type[]]; problems: string[] }): Type {
  const found = allowed.find((type) => value?.isTensor === true && value.type === type);
  if (found !== undefined) return found;
  problems.push(value === undefined ? `no ${of} ${name}` : `the ${of} ${name} is ${value.type ?? "no tensor"}, expected ${allowed.join(" or ")}`);
  return allowed[0];
}

function wrongLayout(path: string, problems: readonly string[]): TTSError {
  const shown = problems.slice(0, 8).join("; ") + (problems.length > 8 ? `; and ${String(problems.length - 8)} more` : "");
  return new TTSError("MODEL_NOT_FOUND", `Reading the backbone ${path}: ${shown}. Expected an export with a key-value cache, as ONNX Runtime GenAI's model builder or Optimum's task text-generation-with-past write it. Export it so, or name another file.`);
}
