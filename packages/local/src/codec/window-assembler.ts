import { TTSError } from "@parlando/engine";
import type { WindowCodec } from "./codec.ts";
import { createCodeBuffer } from "./code-buffer.ts";
import { crossFade } from "./cross-fade.ts";
import type { SpeechAssembler, WindowRule } from "./speech-assembler.ts";
import { checkTake } from "./take-guard.ts";
import { codesBehind, fitRule } from "./window-rule.ts";

/** What a window assembler is made of. */
export interface WindowAssemblerOptions {
  readonly codec: WindowCodec;
  readonly rule: WindowRule;
  /**
   * Codes that come before the speech and are not heard: the last ones of the voice's reference (see `referenceContextCodes`). More than the rule's
   * look-back are left out. Without any, the decoder's lead (10 ms of NeuCodec's ONNX form) is silence.
   */
  readonly context?: Int32Array | undefined;
}

/** A piece of the timeline: codes `from` up to `to` are given out, up to `kept` are decoded for the fade, in a window of `start` up to `end`. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kept: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Makes speech with a decoder that has no memory: each piece is decoded with codes before and behind it, cut out, and faded into the piece before. Code `k`
 * is heard from sample `k · samplesPerCode` on, whatever the sizes of the pieces are. (NeuTTS begins its last window one code too early, so 20 ms are heard
 * twice; that is not copied.)
 *
 * @example
 * ```ts
 * const assembler = createWindowAssembler({ codec, rule: preset.window, context: voice.codes.subarray(-referenceContextCodes) });
 * assembler.add(code);
 * if (assembler.ready() >= 25) play(await assembler.take(25, signal));
 * ```
 */
export function createWindowAssembler(options: WindowAssemblerOptions): SpeechAssembler {
  const { codec, context = new Int32Array(0) } = options;
  const { samplesPerCode, maximumCodes } = codec.geometry;
  const rule = fitRule(options.rule, codec.geometry);
  const codes = createCodeBuffer(context.subarray(Math.max(0, context.length - rule.lookBack)));
  const largestPiece = maximumCodes - rule.lookBack - rule.fade - Math.max(rule.lookAhead, rule.tail);
  let taken = 0;
  let ended = false;
  let closed = false;
  let busy = false;
  /** The sound behind the last piece, as its window has it; the next one is faded in over it. */
  let fading = new Float32Array(0);

  const ready = (): number => Math.min(largestPiece, Math.max(0, codes.length - taken - (ended ? 0 : codesBehind(rule))));

  const pieceOf = (count: number): Piece => {
    const to = taken + count;
    const behind = to + codesBehind(rule);
    const start = Math.max(codes.start, taken - rule.lookBack);
    if (!ended) return { from: taken, to, kept: to + rule.fade, start, end: behind };
    return { from: taken, to, kept: Math.min(to + rule.fade, codes.length), start, end: Math.min(behind, codes.length + rule.tail) };
  };

  const decode = async (piece: Piece, signal: AbortSignal): Promise<Float32Array> => {
    const decoded = await codec.decode(codes.copy(piece.start, piece.end), signal);
    const kept = cutOut(decoded, piece, codec);
    crossFade(fading, kept);
    const split = (piece.to - piece.from) * samplesPerCode;
    fading = kept.slice(split);
    taken = piece.to;
    return kept.slice(0, split);
  };

  return {
    get added() {
      return codes.length;
    },
    get taken() {
      return taken;
    },
    add: (code) => codes.push(code),
    end() {
      ended = true;
    },
    ready,
    neededFor: (count) => (ended ? Math.min(codes.length, taken + count) : taken + count + codesBehind(rule)),
    windowFor: (count) => lengthOf(pieceOf(count)),
    async take(count, signal) {
      checkTake({ count, ready: ready(), closed, busy });
      busy = true;
      return await decode(pieceOf(count), signal).finally(() => void (busy = false));
    },
    close() {
      closed = true;
      fading = new Float32Array(0);
    },
  };
}

function lengthOf({ start, end }: Piece): number {
  return end - start;
}

/** What a window's sound has of the piece and its fade. Where it begins too late (nothing was before the first code), that is silence. */
function cutOut(decoded: Float32Array, { from, kept, start, end }: Piece, { geometry }: WindowCodec): Float32Array {
  const { samplesPerCode, leadSamples, missingSamples } = geometry;
  const expected = (end - start) * samplesPerCode - missingSamples;
  if (decoded.length !== expected) {
    throw new TTSError("BAD_AUDIO", `Decoding a window of ${String(end - start)} speech codes: the codec gave ${String(decoded.length)} samples, ${String(expected)} were expected from what its probe showed. Check that the codec's file is a NeuCodec decoder.`);
  }
  const first = (from - start) * samplesPerCode - leadSamples;
  const cut = new Float32Array((kept - from) * samplesPerCode);
  cut.set(decoded.subarray(Math.max(0, first), first + cut.length), Math.max(0, -first));
  return cut;
}
