import { createRandom } from "@parlando/testkit";
import { createGraph, type GraphBuilder, type OnnxGraph, writeOnnx } from "./onnx-graph.ts";

/** What may be chosen of the stateful codec. */
export interface StatefulCodecOptions {
  /** Default 8; CSM has 32. */
  readonly codebooks?: number | undefined;
  /** Samples of one step. Default 1,920, as in Mimi: 12.5 steps a second of 24 kHz. */
  readonly samplesPerStep?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

/** Features of a step, and tones that its sound is made of. */
const width = 8;

/** The states that {@link writeStatefulCodec}'s graph passes on, by the part of the name that comes and goes have in common; "past" is of any length, 0 at first. */
export function statefulCodecStates({ samplesPerStep = 1_920 }: StatefulCodecOptions = {}): readonly { readonly name: string; readonly dims: readonly (number | "past")[] }[] {
  return [
    { name: "conv_in_state", dims: [1, width, 2] },
    { name: "conv_up_state", dims: [1, 1, samplesPerStep] },
    { name: "key_0", dims: [1, 1, "past", width] },
    { name: "value_0", dims: [1, 1, "past", width] },
  ];
}

/**
 * Writes a codec that goes on where it stopped, by the names of streaming Mimi: `audio_codes` int64 `[1, codebooks, steps]` and `past_*` in, `audio_values`
 * `[1, 1, steps · samplesPerStep]` and `present_*` out. It is causal: sound depends on what came before (a convolution, attention over all steps, and sound that hangs over
 * into the next step) and never on what comes.
 */
export function writeStatefulCodec(path: string, options: StatefulCodecOptions = {}): Promise<void> {
  return writeOnnx(path, statefulCodecGraph(options));
}

type Numbers = (length: number, scale: number) => Float32Array;

/** The graph that {@link writeStatefulCodec} writes. */
export function statefulCodecGraph(options: StatefulCodecOptions = {}): OnnxGraph {
  const { codebooks = 8, samplesPerStep = 1_920 } = options;
  const graph = createGraph();
  const random = createRandom(options.seed ?? 1);
  const numbers: Numbers = (length, scale) => Float32Array.from({ length }, () => (random.next() * 2 - 1) * scale);
  const codes = graph.input("audio_codes", "int64", [1, codebooks, "steps"]);
  const states = statefulCodecStates(options);
  for (const { name, dims } of states) graph.input(`past_${name}`, "float32", dims.map((dim) => (dim === "past" ? "past_sequence_length" : dim))); // prettier-ignore
  const features = embedded(graph, codes, { codebooks, numbers });
  const convolved = convolution(graph, features, numbers);
  const mixed = attention(graph, convolved, numbers);
  const tones = graph.constant("tones", toneKernel(samplesPerStep, random.next), [width, 1, samplesPerStep * 2]);
  overlapped(graph, graph.node("ConvTranspose", [mixed, tones], { strides: [samplesPerStep], kernel_shape: [samplesPerStep * 2] }), samplesPerStep);
  graph.output("audio_values", "float32", [1, 1, "samples"]);
  for (const { name, dims } of states) graph.output(`present_${name}`, "float32", dims.map((dim) => (dim === "past" ? "total_sequence_length" : dim))); // prettier-ignore
  return graph.graph;
}

/** `[1, width, steps]`: codes as points on circles, each codebook with speeds of its own, added up. */
function embedded(graph: GraphBuilder, codes: string, { codebooks, numbers }: { codebooks: number; numbers: Numbers }): string {
  const dims = [codebooks, 1, width];
  const column = graph.node("Unsqueeze", [graph.node("Cast", [codes], { to: 1 }), graph.int64([3])]);
  const turned = graph.node("Mul", [column, graph.constant("speeds", numbers(codebooks * width, 1), dims)]);
  const points = graph.node("Sin", [graph.node("Add", [turned, graph.constant("phases", numbers(codebooks * width, Math.PI), dims)])]);
  return graph.node("Transpose", [graph.node("ReduceMean", [points], { axes: [1], keepdims: 0 })], { perm: [0, 2, 1] });
}

/** Three steps become one; the last two are remembered. */
function convolution(graph: GraphBuilder, features: string, numbers: Numbers): string {
  const all = graph.node("Concat", ["past_conv_in_state", features], { axis: 2 });
  graph.node("Slice", [all, graph.int64([-2]), graph.int64([2 ** 40]), graph.int64([2])], {}, "present_conv_in_state");
  return graph.node("Conv", [all, graph.constant("conv_in", numbers(width * width * 3, 0.6), [width, width, 3])], { kernel_shape: [3] });
}

function attention(graph: GraphBuilder, convolved: string, numbers: Numbers): string {
  const steps = graph.node("Transpose", [convolved], { perm: [0, 2, 1] });
  const projected = (name: string): string => graph.node("Unsqueeze", [graph.node("MatMul", [steps, graph.constant(name, numbers(width * width, 1), [width, width])]), graph.int64([1])]);
  const keys = graph.node("Concat", ["past_key_0", projected("keys")], { axis: 2 }, "present_key_0");
  const values = graph.node("Concat", ["past_value_0", projected("values")], { axis: 2 }, "present_value_0");
  const scores = graph.node("MatMul", [projected("queries"), graph.node("Transpose", [keys], { perm: [0, 1, 3, 2] })]);
  const weights = graph.node("Softmax", [graph.node("Add", [scores, causal(graph, keys)])], { axis: -1 });
  const taken = graph.node("Squeeze", [graph.node("MatMul", [weights, values]), graph.int64([1])]);
  return graph.node("Transpose", [graph.node("Tanh", [graph.node("Add", [steps, taken])])], { perm: [0, 2, 1] });
}

function causal(graph: GraphBuilder, keys: string): string {
  const length = (of: string): string => graph.node("Squeeze", [graph.node("Slice", [graph.node("Shape", [of]), graph.int64([2]), graph.int64([3])]), graph.int64([0])]);
  const total = length(keys);
  const rows = graph.node("Unsqueeze", [graph.node("Range", [length("past_key_0"), total, graph.int64(1)]), graph.int64([1])]);
  const columns = graph.node("Range", [graph.int64(0), total, graph.int64(1)]);
  return graph.node("Where", [graph.node("LessOrEqual", [columns, rows]), graph.float(0), graph.float(-1e30)]);
}

/** What hung over from before is added to the first step; what hangs over now is remembered. */
function overlapped(graph: GraphBuilder, sound: string, samples: number): void {
  const part = (of: string, start: number, end: number, name?: string): string => graph.node("Slice", [of, graph.int64([start]), graph.int64([end]), graph.int64([2])], {}, name);
  const first = graph.node("Add", [part(sound, 0, samples), "past_conv_up_state"]);
  const all = graph.node("Concat", [first, part(sound, samples, 2 ** 40)], { axis: 2 });
  part(all, 0, -samples, "audio_values");
  part(all, -samples, 2 ** 40, "present_conv_up_state");
}

/** Tones of whole cycles a step under a Hann window over two of them, loud enough that all together stay below 1. */
function toneKernel(samples: number, random: () => number): Float32Array {
  const kernel = new Float32Array(width * samples * 2);
  for (let tone = 0; tone < width; tone += 1) {
    const phase = random() * 2 * Math.PI;
    for (let index = 0; index < samples * 2; index += 1) {
      const hann = 0.5 - 0.5 * Math.cos((Math.PI * (index + 0.5)) / samples);
      kernel[tone * samples * 2 + index] = (0.9 / width) * hann * Math.cos((2 * Math.PI * (8 + tone * 12) * index) / samples + phase);
    }
  }
  return kernel;
}
