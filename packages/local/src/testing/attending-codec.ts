import { createRandom } from "@parlando/testkit";
import { checkedLength, codecHop, codecTrims, type TestCodecOptions, trimmed } from "./known-codec.ts";
import { createGraph, type GraphBuilder, type OnnxGraph, writeOnnx } from "./onnx-graph.ts";

/** What may be chosen of the attending codec. */
export interface AttendingCodecOptions extends TestCodecOptions {
  /** How fast the attention falls off with the distance in codes: a code that is `d` away weighs `e^(-decay · d)`. Default 0.3. */
  readonly decay?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

/** Features of a code, and tones that its sound is made of. */
const width = 12;
/** Samples that one code's sound is spread over, as in NeuCodec's inverse Fourier transform. */
const frame = 1_920;

/**
 * Writes a codec of NeuCodec's names, types and shapes that looks at its whole window, both ways, so that the sound of a code depends on what surrounds
 * it, less the further away. Codes become tones of whole cycles per code, spread over four codes by a Hann window and added up: the sound is smooth
 * inside one window, and the edges of a window are wrong just as NeuCodec's are.
 */
export function writeAttendingCodec(path: string, options: AttendingCodecOptions = {}): Promise<void> {
  return writeOnnx(path, attendingCodecGraph(options));
}

/** The graph that {@link writeAttendingCodec} writes. */
export function attendingCodecGraph(options: AttendingCodecOptions = {}): OnnxGraph {
  const graph = createGraph();
  const random = createRandom(options.seed ?? 1);
  const numbers = (length: number, scale: number): Float32Array => Float32Array.from({ length }, () => (random.next() * 2 - 1) * scale);
  const codes = graph.node("Cast", [graph.input("codes", "int32", ["batch_size", 1, "sequence_length"])], { to: 7 });
  const features = embedded(graph, checkedLength(graph, codes, options), numbers);
  const mixed = attended(graph, codes, features, { decay: options.decay ?? 0.3, numbers });
  const channels = graph.node("Transpose", [mixed], { perm: [0, 2, 1] });
  const spread = graph.node("ConvTranspose", [channels, graph.constant("tones", tones(random.next), [width, 1, frame])], { strides: [codecHop], kernel_shape: [frame] });
  // The frames of N codes lie over N + 3 codes; "same" takes one and a half off at each end.
  const cut = (frame - codecHop) / 2;
  const whole = graph.node("Slice", [spread, graph.int64([cut]), graph.int64([-cut]), graph.int64([2])]);
  trimmed(graph, whole, options.trim ?? codecTrims.onnx);
  return graph.graph;
}

type Numbers = (length: number, scale: number) => Float32Array;

/** Codes as points on circles of many speeds: any code has its own, and no table is needed. `[batch, codes, width]`. */
function embedded(graph: GraphBuilder, codes: string, numbers: Numbers): string {
  const column = graph.node("Transpose", [graph.node("Cast", [codes], { to: 1 })], { perm: [0, 2, 1] });
  const turned = graph.node("Mul", [column, graph.constant("speeds", numbers(width, 1), [width])]);
  return graph.node("Sin", [graph.node("Add", [turned, graph.constant("phases", numbers(width, Math.PI), [width])])]);
}

function attended(graph: GraphBuilder, codes: string, features: string, { decay, numbers }: { decay: number; numbers: Numbers }): string {
  const projected = (name: string): string => graph.node("MatMul", [features, graph.constant(name, numbers(width * width, Math.sqrt(3 / width)), [width, width])]);
  const keys = graph.node("Transpose", [projected("keys")], { perm: [0, 2, 1] });
  const scores = graph.node("Div", [graph.node("MatMul", [projected("queries"), keys]), graph.float(Math.sqrt(width))]);
  const length = graph.node("Squeeze", [graph.node("Slice", [graph.node("Shape", [codes]), graph.int64([2]), graph.int64([3])]), graph.int64([0])]);
  const range = graph.node("Cast", [graph.node("Range", [graph.int64(0), length, graph.int64(1)])], { to: 1 });
  const rows = graph.node("Unsqueeze", [range, graph.int64([1])]);
  const distance = graph.node("Abs", [graph.node("Sub", [rows, range])]);
  const weights = graph.node("Softmax", [graph.node("Sub", [scores, graph.node("Mul", [distance, graph.float(decay)])])], { axis: -1 });
  // A code's own part beside what it takes from others, as in a layer with a residual.
  return graph.node("Tanh", [graph.node("Add", [features, graph.node("MatMul", [weights, projected("values")])])]);
}

/** One tone for each feature, loud enough that all together stay below 1. The Hann windows of four codes add up to 2. */
function tones(random: () => number): Float32Array {
  const kernel = new Float32Array(width * frame);
  for (let tone = 0; tone < width; tone += 1) {
    const phase = random() * 2 * Math.PI;
    const cycles = 2 + tone * 3;
    for (let index = 0; index < frame; index += 1) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / frame);
      kernel[tone * frame + index] = (0.9 / width / 2) * hann * Math.cos((2 * Math.PI * cycles * index) / codecHop + phase);
    }
  }
  return kernel;
}
