import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with the files that a preset asks for: each of its kind, with nothing in it. Enough for what looks for files, too little for what loads them. */
export interface ModelFiles {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Writes the files; `names` says which are to be there. */
export async function writeModelFiles(names: readonly ("backbone.gguf" | "codec.onnx")[] = ["backbone.gguf", "codec.onnx"]): Promise<ModelFiles> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-audar-"));
  const contents = { "backbone.gguf": emptyGguf(), "codec.onnx": emptyOnnx() };
  for (const name of names) await writeFile(join(folder, name), contents[name]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Version 3, no tensors, no metadata, filled up to where tensors would begin. */
function emptyGguf(): Uint8Array {
  const bytes = Buffer.alloc(32);
  bytes.write("GGUF");
  bytes.writeUInt32LE(3, 4);
  return bytes;
}

/** An ONNX model (protobuf) whose graph has one input, `codes`, and one output. */
function emptyOnnx(): Uint8Array {
  const field = (number: number, content: Uint8Array): Uint8Array => Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
  const value = (name: string): Uint8Array => field(1, Buffer.from(name));
  const graph = Buffer.concat([field(11, value("codes")), field(12, value("audio"))]);
  // Version 8 of the format, operators of version 17.
  return Buffer.concat([Buffer.from([8, 8]), field(7, graph), field(8, Buffer.from([16, 17]))]);
}
