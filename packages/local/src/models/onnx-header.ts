import { TTSError } from "@parlando/engine";
import { openByteReader, type ByteReader } from "./byte-reader.ts";
import { readField } from "./protobuf-fields.ts";

/** What an ONNX file tells without its weights. */
export interface OnnxHeader {
  readonly irVersion: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Tensors with numbers, here or in other files. */
  readonly initializers: number;
  /** Files that hold weights, and how many bytes of each are used. */
  readonly external: ReadonlyMap<string, number>;
  readonly fileBytes: number;
}

interface Walk {
  readonly reader: ByteReader;
  readonly path: string;
  readonly header: { irVersion: number; inputs: string[]; outputs: string[]; initializers: number; external: Map<string, number>; hasGraph: boolean; operatorSets: number };
}

// Fields of ModelProto, GraphProto, TensorProto and the two small ones, by their numbers in onnx.proto.
const model = { irVersion: 1, graph: 7, operatorSet: 8 } as const;
const graph = { initializer: 5, input: 11, output: 12 } as const;
const tensor = { externalData: 13 } as const;
const maximumNameBytes = 4096;

/**
 * Walks through the outer fields of an ONNX file and checks that they fill it. Weights are not read, and memory does not grow with the file.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when it is no ONNX file, damaged, or cut short.
 */
export async function readOnnxHeader(path: string): Promise<OnnxHeader> {
  const reader = await openByteReader(path);
  const header = { irVersion: 0, inputs: [], outputs: [], initializers: 0, external: new Map<string, number>(), hasGraph: false, operatorSets: 0 };
  try {
    await walkModel({ reader, path, header });
  } finally {
    await reader.close();
  }
  // A file that was cut between two fields reads well up to there.
  if (!header.hasGraph || header.operatorSets === 0) {
    throw new TTSError("MODEL_NOT_FOUND", `Reading the model file ${path}: it has ${header.hasGraph ? "no operator set" : "no graph"}. It is no ONNX model, or cut short; fetch it again, or give another one.`);
  }
  return { ...header, fileBytes: reader.length };
}

async function walkModel({ reader, path, header }: Walk): Promise<void> {
  while (reader.position < reader.length) {
    const field = await readField(reader, reader.length, path);
    if (field.number === model.irVersion) header.irVersion = field.value;
    if (field.number === model.operatorSet) header.operatorSets++;
    if (field.number === model.graph && field.nested) {
      header.hasGraph = true;
      await walkGraph({ reader, path, header }, reader.position + field.bytes);
    } else reader.skip(field.bytes);
  }
}

async function walkGraph({ reader, path, header }: Walk, end: number): Promise<void> {
  while (reader.position < end) {
    const field = await readField(reader, end, path);
    const fieldEnd = reader.position + field.bytes;
    if (!field.nested) reader.skip(field.bytes);
    else if (field.number === graph.initializer) {
      header.initializers++;
      await walkTensor({ reader, path, header }, fieldEnd);
    } else if (field.number === graph.input) header.inputs.push(await readName({ reader, path, header }, fieldEnd));
    else if (field.number === graph.output) header.outputs.push(await readName({ reader, path, header }, fieldEnd));
    else reader.skip(field.bytes);
  }
}

async function walkTensor({ reader, path, header }: Walk, end: number): Promise<void> {
  const place = new Map<string, string>();
  while (reader.position < end) {
    const field = await readField(reader, end, path);
    if (field.number !== tensor.externalData || !field.nested) reader.skip(field.bytes);
    else {
      const [key, value] = await readTexts({ reader, path, header }, reader.position + field.bytes, 2);
      if (key !== undefined && value !== undefined) place.set(key, value);
    }
  }
  const name = place.get("location");
  if (name === undefined) return;
  const used = Number(place.get("offset") ?? 0) + Number(place.get("length") ?? 0);
  header.external.set(name, Math.max(header.external.get(name) ?? 0, Number.isFinite(used) ? used : 0));
}

async function readName(walk: Walk, end: number): Promise<string> {
  const [name] = await readTexts(walk, end, 1);
  return name ?? "";
}

/** The texts in the first `count` fields of a small message, by their numbers. Names are cut at 4 KiB. */
async function readTexts({ reader, path }: Walk, end: number, count: number): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  while (reader.position < end) {
    const field = await readField(reader, end, path);
    const kept = field.nested && field.number <= count ? Math.min(field.bytes, maximumNameBytes) : 0;
    if (kept > 0) {
      await reader.ensure(kept);
      texts[field.number - 1] = reader.text(kept);
    }
    reader.skip(field.bytes - kept);
  }
  return texts;
}
