import { open, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { floatField, message, type OnnxElement, onnxTypes, type ProtoValue } from "./onnx-proto.ts";

/** Numbers of a constant; float16 has its bits in a `Uint16Array`. */
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array;

/** A value of an attribute: a whole number, whole numbers, a text, or a float in a box of its own. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number };

/** Builds one ONNX graph. What a method gives is the name of a value. */
export interface GraphBuilder {
  input(name: string, type: OnnxElement, dims: readonly (number | string)[]): string;
  output(name: string, type: OnnxElement, dims: readonly (number | string)[]): void;
  /** A constant with its numbers in the file. */
  constant(name: string, data: ConstantData, dims: readonly number[]): string;
  /** A float constant in pieces: in the file, or beside it when the model is written with {@link writeOnnx} and `external`. */
  weights(name: string, dims: readonly number[], blocks: () => Iterable<Float32Array>): string;
  /** Whole numbers as an int64 constant; a single number is a scalar. */
  int64(value: number | readonly number[]): string;
  /** A float32 scalar. */
  float(value: number): string;
  /** A node with one output, whose name is made up unless it is told. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>, name?: string): string;
  /** The graph so far. */
  readonly graph: OnnxGraph;
}

/** A graph in parts, so that it can be broken on purpose before it is written. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
}

/** An input or an output. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxElement;
  readonly dims: readonly (number | string)[];
}

/** A constant; its numbers in pieces. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: OnnxElement;
  readonly dims: readonly number[];
  readonly blocks: () => Iterable<ConstantData>;
  /** Whether it is large enough to lie beside the file. */
  readonly heavy: boolean;
}

/** One operation. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Starts an empty graph. */
export function createGraph(): GraphBuilder {
  const graph = { inputs: [] as OnnxValue[], outputs: [] as OnnxValue[], constants: [] as OnnxConstant[], nodes: [] as OnnxNode[] };
  let values = 0;
  const constant = (name: string, data: ConstantData, dims: readonly number[]): string => {
    graph.constants.push({ name, type: elementOf(data), dims, blocks: () => [data], heavy: false });
    return name;
  };
  return {
    graph,
    input: (name, type, dims) => {
      graph.inputs.push({ name, type, dims });
      return name;
    },
    output: (name, type, dims) => void graph.outputs.push({ name, type, dims }),
    constant,
    weights: (name, dims, blocks) => {
      graph.constants.push({ name, type: "float32", dims, blocks, heavy: true });
      return name;
    },
    int64: (value) => {
      const numbers = typeof value === "number" ? [value] : value;
      return constant(`int64_${String((values += 1))}`, BigInt64Array.from(numbers.map(BigInt)), typeof value === "number" ? [] : [value.length]);
    },
    float: (value) => constant(`float_${String((values += 1))}`, Float32Array.of(value), []),
    node: (operator, inputs, attributes = {}, name = `${operator}_${String((values += 1))}`) => {
      graph.nodes.push({ operator, inputs, outputs: [name], attributes });
      return name;
    },
  };
}

/** Where numbers go. */
export interface WriteOnnxOptions {
  /** Heavy constants go into `<file>.data` beside the model. A protobuf file has room for 2 GiB. */
  readonly external?: boolean | undefined;
  /** Where the model itself is written meanwhile, when it is to be renamed at the end; its data has its last name at once. */
  readonly writeTo?: string | undefined;
}

/** Writes a graph as a model: ir version 8, opset 17. */
export async function writeOnnx(path: string, graph: OnnxGraph, { external = false, writeTo = path }: WriteOnnxOptions = {}): Promise<void> {
  if (external) {
    const data = await open(`${path}.data`, "w");
    try {
      for (const constant of graph.constants) if (constant.heavy) for (const block of constant.blocks()) await data.write(bytesOf(block));
    } finally {
      await data.close();
    }
  }
  await writeFile(writeTo, encodeModel(graph, external ? basename(path) : undefined));
}

/** The bytes of a model; with `dataOf`, heavy constants only tell where in `<dataOf>.data` they lie. */
export function encodeModel(graph: OnnxGraph, dataOf?: string): Buffer {
  let offset = 0;
  const constants = graph.constants.map((constant) => {
    if (dataOf === undefined || !constant.heavy) return encodeConstant(constant, [9, Buffer.concat([...constant.blocks()].map(bytesOf))]);
    const length = constant.dims.reduce((product, dim) => product * dim, 4);
    const place: readonly (readonly [string, string])[] = [
      ["location", `${dataOf}.data`],
      ["offset", String(offset)],
      ["length", String(length)],
    ];
    offset += length;
    const entries = place.map(([key, value]) => message([[1, key], [2, value]])); // prettier-ignore
    return encodeConstant(constant, [13, entries], [14, 1]);
  });
  const body = message([
    [1, graph.nodes.map(encodeNode)],
    [2, "graph"],
    [5, constants],
    [11, graph.inputs.map(encodeValue)],
    [12, graph.outputs.map(encodeValue)],
  ]);
  const operators = message([
    [1, ""],
    [2, 17],
  ]);
  return message([
    [1, 8],
    [2, "tests"],
    [7, body],
    [8, operators],
  ]);
}

function encodeConstant({ name, type, dims }: OnnxConstant, ...numbers: readonly (readonly [number, ProtoValue])[]): Buffer {
  return message([[1, dims], [2, onnxTypes[type]], [8, name], ...numbers]);
}

function encodeValue({ name, type, dims }: OnnxValue): Buffer {
  const dimensions = dims.map((dim) => message([typeof dim === "number" ? [1, dim] : [2, dim]]));
  const shape = message([[1, dimensions]]);
  const tensor = message([
    [1, onnxTypes[type]],
    [2, shape],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensor]])],
  ]);
}

function encodeNode({ operator, inputs, outputs, attributes }: OnnxNode): Buffer {
  return message([
    [1, inputs],
    [2, outputs],
    [3, outputs[0]],
    [4, operator],
    [5, Object.entries(attributes).map(encodeAttribute)],
  ]);
}

const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

function encodeAttribute([name, value]: readonly [string, AttributeValue]): Buffer {
  if (typeof value === "number") return message([[1, name], [3, value], [20, attributeTypes.int]]); // prettier-ignore
  if (typeof value === "string") return message([[1, name], [4, value], [20, attributeTypes.text]]); // prettier-ignore
  if ("float" in value) return Buffer.concat([message([[1, name]]), floatField(2, value.float), message([[20, attributeTypes.float]])]);
  return message([[1, name], [8, value], [20, attributeTypes.ints]]); // prettier-ignore
}

const bytesOf = (data: ConstantData): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function elementOf(data: ConstantData): OnnxElement {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigInt64Array) return "int64";
  return data instanceof Uint16Array ? "float16" : "bool";
}
