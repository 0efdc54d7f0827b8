import { createGraph, type OnnxGraph, writeOnnx } from "./onnx-graph.ts";

/** How a codec cuts the edges of what it decodes. */
export interface CodecTrim {
  /** Samples of the first code that are missing. */
  readonly leadSamples: number;
  /** Samples of all codes together that are missing. */
  readonly missingSamples: number;
}

/** NeuCodec's own decoder loses nothing, its ONNX form half a code at each end. */
export const codecTrims = { torch: { leadSamples: 0, missingSamples: 0 }, onnx: { leadSamples: 240, missingSamples: 480 } } as const satisfies Record<string, CodecTrim>;

/** Samples of one code. */
export const codecHop = 480;
/** Codes that a window may have at most: an index outside fails, as in NeuCodec. */
export const codecMaximum = 6_000;

/** What may be chosen of a codec. */
export interface TestCodecOptions {
  /** Default: as in NeuCodec's ONNX form. */
  readonly trim?: CodecTrim | undefined;
  /** Default 6,000. */
  readonly maximumCodes?: number | undefined;
}

/**
 * The sample of a code in {@link writeKnownCodec}'s sound, by its place from 0 to 479: `(480 · code + place) · 2⁻²⁴ − 0.9375`. A float32 holds each exactly, and no
 * two are the same, so that a sample tells which code and place it is.
 */
export const knownSample = (code: number, place: number): number => (code * codecHop + place - codecHop * 32_768) / 2 ** 24;

/** What a sample of the known codec came from. */
export function knownOrigin(sample: number): { code: number; place: number } {
  const number = sample * 2 ** 24 + codecHop * 32_768;
  return { code: Math.floor(number / codecHop), place: number % codecHop };
}

/** The sound of whole codes, nothing trimmed. */
export function knownSound(codes: ArrayLike<number>): Float32Array {
  const sound = new Float32Array(codes.length * codecHop);
  for (let index = 0; index < sound.length; index += 1) sound[index] = knownSample(codes[Math.floor(index / codecHop)]!, index % codecHop);
  return sound;
}

/** Writes a codec of NeuCodec's names, types and shapes whose sound is known for any codes, each by itself: {@link knownSample}. */
export function writeKnownCodec(path: string, options: TestCodecOptions = {}): Promise<void> {
  return writeOnnx(path, knownCodecGraph(options));
}

/** The graph that {@link writeKnownCodec} writes. */
export function knownCodecGraph(options: TestCodecOptions = {}): OnnxGraph {
  const graph = createGraph();
  const codes = graph.node("Cast", [graph.input("codes", "int32", ["batch_size", 1, "sequence_length"])], { to: 7 });
  const starts = graph.node("Unsqueeze", [graph.node("Mul", [checkedLength(graph, codes, options), graph.int64(codecHop)]), graph.int64([3])]);
  const places = graph.constant("places", BigInt64Array.from({ length: codecHop }, (_, place) => BigInt(place - codecHop * 32_768)), [1, 1, 1, codecHop]);
  const numbers = graph.node("Cast", [graph.node("Add", [starts, places])], { to: 1 });
  const sound = graph.node("Reshape", [graph.node("Mul", [numbers, graph.float(2 ** -24)]), graph.int64([0, 1, -1])]);
  trimmed(graph, sound, options.trim ?? codecTrims.onnx);
  return graph.graph;
}

/** Makes a window of too many codes fail, as an index outside a table does. */
export function checkedLength(graph: ReturnType<typeof createGraph>, codes: string, { maximumCodes = codecMaximum }: TestCodecOptions): string {
  const length = graph.node("Squeeze", [graph.node("Slice", [graph.node("Shape", [codes]), graph.int64([2]), graph.int64([3])]), graph.int64([0])]);
  const indexes = graph.node("Range", [graph.int64(0), length, graph.int64(1)]);
  const zeros = graph.constant("zero_for_each_code", new BigInt64Array(maximumCodes), [maximumCodes]);
  return graph.node("Add", [codes, graph.node("Gather", [zeros, indexes])]);
}

/** Cuts the edges of `[batch, 1, samples]` and makes it the output. */
export function trimmed(graph: ReturnType<typeof createGraph>, sound: string, { leadSamples, missingSamples }: CodecTrim): void {
  const end = missingSamples === leadSamples ? 2 ** 40 : leadSamples - missingSamples;
  graph.node("Slice", [sound, graph.int64([leadSamples]), graph.int64([end]), graph.int64([2])], {}, "audio");
  graph.output("audio", "float32", ["batch_size", 1, "samples"]);
}
