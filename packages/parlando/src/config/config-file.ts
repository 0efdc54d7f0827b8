import type { ParseError } from "jsonc-parser";
import { checkPartialConfig, invalidConfig, type ConfigOrigin, type PartialConfig } from "./config-schema.ts";

/** A config of more than a mebibyte is some other file. */
const largestFileBytes = 1_048_576;

/** Whether a string given for a config is the path of a file rather than the name of an engine. */
export function isConfigPath(value: string): boolean {
  return /\.jsonc?$/i.test(value) || value.includes("/") || value.includes("\\");
}

/**
 * Reads a config from a JSON file. Comments and trailing commas are allowed, whatever the file is called; a field `$schema` is
 * left to editors. Relative paths count from the working directory. Node only.
 *
 * @throws TTSError `INVALID_CONFIG` when the file cannot be read, is no JSON (with line and column), or has a wrong field.
 */
export async function readConfigFile(path: string): Promise<PartialConfig> {
  const origin: ConfigOrigin = { what: `The config file ${JSON.stringify(path)}`, nameOf: (field) => field };
  const value = await parseJson(await readText(path, origin), origin);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return checkPartialConfig(value, origin);
  const { $schema: _, ...config } = value as Record<string, unknown>;
  return checkPartialConfig(config, origin);
}

async function readText(path: string, origin: ConfigOrigin): Promise<string> {
  let bytes: number;
  try {
    const { readFile, stat } = await import("node:fs/promises");
    bytes = (await stat(path)).size;
    if (bytes <= largestFileBytes) return await readFile(path, "utf8");
  } catch (cause) {
    throw invalidConfig(`${origin.what} cannot be read: ${reasonOf(cause)}. Check the path; it counts from the working directory.`, cause);
  }
  throw invalidConfig(`${origin.what} has ${bytes} bytes; a config has at most ${largestFileBytes}. Check the path.`);
}

async function parseJson(content: string, origin: ConfigOrigin): Promise<unknown> {
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  const json = content.replace(/^\uFEFF/, "");
  const value: unknown = parse(json, errors, { allowTrailingComma: true, disallowComments: false });
  const first = errors[0];
  if (first === undefined) return value;
  const before = json.slice(0, first.offset).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  throw invalidConfig(`${origin.what} is not JSON: ${printParseErrorCode(first.error)} at ${place}. Comments and trailing commas are allowed.`);
}

function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "reading it is not permitted";
  if (code === "EISDIR") return "it is a folder";
  return typeof code === "string" ? code : "an unknown reason";
}
