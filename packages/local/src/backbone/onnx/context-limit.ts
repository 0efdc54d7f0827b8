import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files beside an ONNX model that tell how many tokens it takes, and where in them. A graph itself does not tell. */
const sources: readonly { readonly name: string; readonly path: readonly string[] }[] = [
  { name: "genai_config.json", path: ["model", "context_length"] },
  { name: "config.json", path: ["max_position_embeddings"] },
];

/**
 * How many tokens prompt and speech may have together, by the files beside the model or one folder up (where `onnx/model.onnx` has them).
 *
 * @returns Undefined when no file tells.
 */
export async function readContextLimit(modelPath: string): Promise<number | undefined> {
  const folder = dirname(modelPath);
  for (const place of [folder, dirname(folder)]) {
    for (const { name, path } of sources) {
      const limit = await readNumber(join(place, name), path);
      if (limit !== undefined) return limit;
    }
  }
  return undefined;
}

async function readNumber(file: string, path: readonly string[]): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  let value = parse(text);
  for (const key of path) value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is another program's file and not needed.
    return undefined;
  }
}
