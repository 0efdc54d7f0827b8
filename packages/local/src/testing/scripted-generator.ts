import { TTSError } from "@parlando/engine";
import type { CodeGenerator, CodeRun, EvaluatedTokens, GenerationRequest, PrefillControl, PromptPrefix, Tokenizer } from "../backbone/code-generator.ts";
import { createTinyVocabulary } from "./tiny-vocabulary.ts";
import type { TinyVocabulary } from "./tiny-weights.ts";

/** What a scripted generator does. */
export interface ScriptedGeneratorOptions {
  /** The codes of each speech; `speech` counts from 0. Short of the minimum length they begin anew. */
  readonly codes: (request: GenerationRequest, speech: number) => readonly number[];
  /** Default 4. */
  readonly slots?: number | undefined;
  /** Default 1. */
  readonly together?: number | undefined;
  /** Default 2,048. */
  readonly contextTokens?: number | undefined;
  readonly vocabulary?: TinyVocabulary | undefined;
  /** Prefixes that are kept at once, least recently used out. Default 8. */
  readonly keptPrefixes?: number | undefined;
  /** What a step costs: awaited before a code is given. Default: nothing. */
  readonly step?: ((run: number) => Promise<void>) | undefined;
  /** What a piece of the prompt costs, after its turn. Default: nothing. */
  readonly piece?: ((tokens: number) => Promise<void>) | undefined;
  /** Asked before each code; what it gives is thrown. */
  readonly fail?: ((speech: number, code: number) => TTSError | undefined) | undefined;
}

/** What a scripted generator was made to do. */
export interface GeneratorStats {
  started: number;
  closed: number;
  open: number;
  mostOpen: number;
  prefixTokens: number;
  suffixTokens: number;
  codes: number;
}

/** A generator without a model, and what it counted. */
export interface ScriptedGenerator extends CodeGenerator {
  readonly stats: Readonly<GeneratorStats>;
  /** Requests in the order they came. */
  readonly requests: readonly GenerationRequest[];
}

/** Tokens of a prompt are evaluated so many at a time. */
export const promptPiece = 64;

/** Makes a generator that says given codes, keeps prefixes, counts tokens, and keeps all the rules of the interface. */
export function createScriptedGenerator(options: ScriptedGeneratorOptions): ScriptedGenerator {
  const { slots = 4, together = 1, contextTokens = 2_048, keptPrefixes = 8 } = options;
  const vocabulary = options.vocabulary ?? createTinyVocabulary();
  const stats: GeneratorStats = { started: 0, closed: 0, open: 0, mostOpen: 0, prefixTokens: 0, suffixTokens: 0, codes: 0 };
  const requests: GenerationRequest[] = [];
  const kept = new Set<string>();
  const runs = new Set<CodeRun>();
  let closed = false;

  async function prepare({ key, tokens }: PromptPrefix, control: PrefillControl): Promise<EvaluatedTokens> {
    const known = kept.delete(key);
    if (!known) await prefill(tokens.length, control, options.piece);
    kept.add(key);
    for (const oldest of kept) if (kept.size > keptPrefixes) kept.delete(oldest);
    const prefix = known ? 0 : tokens.length;
    stats.prefixTokens += prefix;
    return { prefix, suffix: 0 };
  }

  return {
    facts: { format: "onnx", layers: 2, kvHeads: 2, headSize: 16, vocabulary: vocabulary.tokens.length, contextTokens, cacheType: "float32" },
    tokenizer: createByteTokenizer(vocabulary),
    device: "cpu",
    slots,
    together,
    stats,
    requests,
    prepare,
    start: async (request, codeTokens, control) => {
      if (closed) throw aborted("the generator is closed");
      if (stats.open >= slots) throw new TTSError("CONCURRENCY_LIMIT", `All ${String(slots)} slots of the scripted generator are taken.`);
      const needed = request.prefix.tokens.length + request.suffix.length + request.limits.minimumCodes;
      if (needed > contextTokens) throw new TTSError("TEXT_TOO_LONG", `The prompt and the shortest speech need ${String(needed)} tokens; the scripted generator has ${String(contextTokens)}.`);
      stats.open += 1;
      stats.mostOpen = Math.max(stats.mostOpen, stats.open);
      const speech = stats.started;
      stats.started += 1;
      requests.push(request);
      try {
        const { prefix } = await prepare(request.prefix, control);
        await prefill(request.suffix.length, control, options.piece);
        stats.suffixTokens += request.suffix.length;
        const room = contextTokens - request.prefix.tokens.length - request.suffix.length;
        const codes = lengthened(options.codes(request, speech), request.limits.minimumCodes).slice(0, Math.min(request.limits.maximumCodes, room));
        if (codes.some((code) => code >= codeTokens.codes)) throw new RangeError(`The script has codes that are not among the ${String(codeTokens.codes)}.`);
        const run = createRun(codes, { speech, evaluated: { prefix, suffix: request.suffix.length }, options, stats, leave: () => void runs.delete(run) });
        runs.add(run);
        return run;
      } catch (error) {
        stats.open -= 1;
        throw error;
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...runs].map((run) => run.close()));
    },
  };
}

interface RunParts {
  readonly speech: number;
  readonly evaluated: EvaluatedTokens;
  readonly options: ScriptedGeneratorOptions;
  readonly stats: GeneratorStats;
  readonly leave: () => void;
}

function createRun(codes: readonly number[], { speech, evaluated, options, stats, leave }: RunParts): CodeRun {
  let given = 0;
  let closed = false;
  let step: Promise<void> = Promise.resolve();
  let asked = false;
  return {
    evaluated,
    next: async () => {
      if (closed) throw aborted("the run is closed");
      if (asked) throw new RangeError("A run was asked for a code before it gave the one before.");
      asked = true;
      try {
        step = options.step?.(speech) ?? Promise.resolve();
        await step;
      } finally {
        asked = false;
      }
      if (closed) throw aborted("the run was closed meanwhile");
      const failure = options.fail?.(speech, given);
      if (failure !== undefined) throw failure;
      if (given === codes.length) return undefined;
      stats.codes += 1;
      return codes[given++];
    },
    close: async () => {
      if (!closed) {
        closed = true;
        stats.closed += 1;
        stats.open -= 1;
        leave();
      }
      await step;
    },
  };
}

async function prefill(tokens: number, { signal, turn }: PrefillControl, piece: ScriptedGeneratorOptions["piece"]): Promise<void> {
  for (let done = 0; done < tokens; done += promptPiece) {
    const count = Math.min(promptPiece, tokens - done);
    if (signal.aborted) throw aborted("the speech is not wanted any more");
    await turn(count);
    if (signal.aborted) throw aborted("the speech is not wanted any more");
    await piece?.(count);
  }
}

function lengthened(codes: readonly number[], minimum: number): readonly number[] {
  if (codes.length === 0 || codes.length >= minimum) return codes;
  return Array.from({ length: minimum }, (_, index) => codes[index % codes.length]!);
}

const aborted = (reason: string): TTSError => new TTSError("ABORTED", `Asking the scripted generator for codes: ${reason}.`);

/** A tokenizer that knows all names and writes text byte by byte, without merges. */
export function createByteTokenizer({ tokens }: TinyVocabulary): Tokenizer {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const bytes = byteIds();
  return { size: tokens.length, idOf: (token) => ids.get(token), encode: (text) => Int32Array.from(Buffer.from(text), (byte) => bytes[byte] ?? 0) };
}

/** The vocabulary begins with the bytes in their order. */
const byteIds = (): Int32Array => Int32Array.from({ length: 256 }, (_, byte) => byte);
