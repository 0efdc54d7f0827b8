import { open, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize, sep } from "node:path";
import { TTSError } from "@parlando/engine";
import { hashFile } from "./file-hash.ts";
import { readGgufHeader } from "./gguf-header.ts";
import type { ModelFileNeed } from "./model-preset.ts";
import { readOnnxHeader } from "./onnx-header.ts";

/** How a file is checked. */
export interface CheckFileOptions {
  /** Reads the whole file for its SHA-256: seconds for a gigabyte. Off by default. */
  readonly hash?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was found out about one file. */
export interface CheckedFile {
  /** By what stands in it, not by its name. */
  readonly kind: "gguf" | "onnx" | "json" | "other";
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
  readonly state: "ok" | "unknown" | "missing" | "broken";
  /** What is wrong and what to do; empty when nothing is. */
  readonly problem: string;
}

/**
 * Checks one file for what it is needed for: its kind, that it is complete, and whether it is one of the known ones. The weights are read only for the
 * hash.
 *
 * @param path - Absolute.
 * @param need - What the preset says of it.
 * @throws the signal's reason, and what reading for the hash throws; nothing else: what is wrong is told in the answer.
 */
export async function checkFile(path: string, need: ModelFileNeed, { hash = false, signal }: CheckFileOptions = {}): Promise<CheckedFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { kind: "other", bytes: undefined, sha256: undefined, state: "missing", problem: `There is no file ${path}. Fetch it from ${need.source}.` };
  if (!found.isFile()) return { kind: "other", bytes: undefined, sha256: undefined, state: "broken", problem: `${path} is no file. Give the path of the file itself.` };
  let kind: CheckedFile["kind"] = "other";
  try {
    kind = await kindOf(path);
    await checkContent(path, { kind, need, bytes: found.size });
  } catch (error) {
    const known = TTSError.isInstance(error) ? error : broken(path, (error as NodeJS.ErrnoException).code ?? "it cannot be read");
    return { kind, bytes: found.size, sha256: undefined, state: "broken", problem: known.message };
  }
  const sha256 = hash ? await hashFile(path, signal) : undefined;
  return { kind, bytes: found.size, sha256, ...compareWithKnown(path, { need, bytes: found.size, sha256 }) };
}

function compareWithKnown(path: string, { need, bytes, sha256 }: { need: ModelFileNeed; bytes: number; sha256: string | undefined }): { state: CheckedFile["state"]; problem: string } {
  const known = need.known.find((one) => one.bytes === bytes && (sha256 === undefined || one.sha256 === undefined || one.sha256 === sha256));
  if (known !== undefined) return { state: "ok", problem: "" };
  const other = need.known.find((one) => one.bytes === bytes && basename(one.name) === basename(path));
  if (other === undefined || sha256 === undefined) return { state: "unknown", problem: "" };
  return {
    state: "broken",
    problem: `${path} has the name and the length of a known file, but its SHA-256 is ${sha256} where ${String(other.sha256)} was expected. It was changed or damaged on its way; fetch it again from ${need.source}.`,
  };
}

async function kindOf(path: string): Promise<CheckedFile["kind"]> {
  const start = await readStart(path);
  const text = start.trimStart();
  if (start === "") throw broken(path, "it is empty");
  if (start.startsWith("GGUF")) return "gguf";
  if (start.startsWith("version https://git-lfs")) throw broken(path, "it is a pointer of Git LFS, not the file that it stands for");
  if (/^<(!doctype|html)/i.test(text)) throw broken(path, "it is a web page, as a download without a login leaves");
  if (text.startsWith("{")) return "json";
  // The first field of an ONNX model is its version, a number in field 1.
  return start.charCodeAt(0) === 8 ? "onnx" : "other";
}

async function readStart(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function checkContent(path: string, { kind, need, bytes }: { kind: CheckedFile["kind"]; need: ModelFileNeed; bytes: number }): Promise<void> {
  const allowed = { backbone: ["gguf", "onnx"], codec: ["onnx"], tokenizer: ["json"] }[need.role];
  if (!allowed.includes(kind)) throw broken(path, `as ${need.role} it should be ${allowed.join(" or ")}, and it is ${kind === "other" ? "of no kind that is known here" : kind}`);
  if (kind === "gguf") await readGgufHeader(path);
  if (kind === "json") await checkJsonEnd(path, bytes);
  if (kind === "onnx") await checkOnnx(path, need.role);
}

async function checkOnnx(path: string, role: ModelFileNeed["role"]): Promise<void> {
  const { inputs, external } = await readOnnxHeader(path);
  const isBackbone = inputs.includes("input_ids");
  if (isBackbone !== (role === "backbone")) {
    throw broken(path, `as ${role} its inputs should ${role === "backbone" ? "be input_ids and a cache" : "be codes"}, and they are ${inputs.slice(0, 4).join(", ")}`);
  }
  for (const [name, needed] of external) {
    const inside = normalize(name);
    if (isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`)) throw broken(path, `it wants weights from outside its folder`);
    const found = await stat(join(dirname(path), inside)).catch(() => undefined);
    if (found === undefined) throw broken(path, `its weights are in ${name}, which is not beside it`);
    if (found.size < needed) throw broken(path, `its weights in ${name} are cut short: ${String(found.size)} bytes of ${String(needed)}`);
  }
}

/** Reads the end only: such files have some 10 MB, and reading them as JSON would hold the program up. */
async function checkJsonEnd(path: string, bytes: number): Promise<void> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, Math.max(0, bytes - 256));
    if (!buffer.toString("latin1", 0, bytesRead).trimEnd().endsWith("}")) throw broken(path, "its JSON is cut short");
  } finally {
    await handle.close();
  }
}

function broken(path: string, why: string): TTSError {
  return new TTSError("MODEL_NOT_FOUND", `Checking the model file ${path}: ${why}. Fetch it again, or give another one.`);
}
