import { TTSError } from "@parlando/engine";
import type { OnnxTensor } from "../../runtime/onnx-runtime.ts";
import type { CodeRun, CodeTokens, EvaluatedTokens } from "../code-generator.ts";
import type { Sampler } from "../sampler.ts";
import type { RunCache } from "./cache.ts";
import type { Forward } from "./forward.ts";
import { createLogitsReader } from "./logits-reader.ts";

/** What a run goes on from. */
export interface OnnxRunOptions {
  readonly forward: Forward;
  /** With the whole prompt in it; the run closes it. */
  readonly cache: RunCache;
  /** Of the prompt's last token; the run disposes them. */
  readonly logits: OnnxTensor;
  readonly sampler: Sampler;
  readonly codeTokens: CodeTokens;
  readonly maximumCodes: number;
  readonly evaluated: EvaluatedTokens;
  /** Called once, when nothing of the run is left. */
  readonly onClosed: () => void;
}

/** One speech on ONNX: a `session.run` for each code, but for the first, whose logits came with the prompt. */
export function createOnnxRun(options: OnnxRunOptions): CodeRun {
  const { cache, evaluated, onClosed } = options;
  const codes = createSteps(options);
  let failure: Error | undefined;
  let step: Promise<number | undefined> | undefined;
  let closing: Promise<void> | undefined;

  const release = async (): Promise<void> => {
    // What the step under way says is for who asked for it.
    await step?.catch(() => undefined);
    codes.drop();
    cache.close();
    onClosed();
  };
  return {
    evaluated,
    async next() {
      if (closing !== undefined) throw closed();
      if (failure !== undefined) throw failure;
      if (step !== undefined) throw new TTSError("INTERNAL", "Generating speech codes: a run was asked for a code before it had answered with the last one.");
      step = codes.next(() => closing !== undefined);
      try {
        return await step;
      } catch (error) {
        if (error instanceof Error) failure = error;
        throw error;
      } finally {
        step = undefined;
      }
    },
    close() {
      closing ??= release();
      return closing;
    },
  };
}

/** The codes one after the other. */
interface Steps {
  next(isClosed: () => boolean): Promise<number | undefined>;
  /** Disposes logits that nobody asked for. */
  drop(): void;
}

function createSteps({ forward, cache, logits, sampler, codeTokens, maximumCodes }: OnnxRunOptions): Steps {
  const readLogits = createLogitsReader(codeTokens);
  const lastToken = new Int32Array(1);
  let waiting: OnnxTensor | undefined = logits;
  let codes = 0;
  let hasEnded = false;

  const choose = (tensor: OnnxTensor): number => {
    try {
      return sampler.sample(readLogits(tensor), codes);
    } finally {
      tensor.dispose();
    }
  };
  return {
    async next(isClosed) {
      if (hasEnded || codes >= maximumCodes) return undefined;
      waiting ??= await forward.evaluate(cache, lastToken);
      if (isClosed()) throw closed();
      const tensor = waiting;
      waiting = undefined;
      const token = choose(tensor);
      if (token === codeTokens.stop) {
        hasEnded = true;
        return undefined;
      }
      sampler.accept(token);
      codes += 1;
      lastToken[0] = token;
      return token - codeTokens.firstCode;
    },
    drop() {
      waiting?.dispose();
      waiting = undefined;
    },
  };
}

function closed(): TTSError {
  return new TTSError("ABORTED", "Generating speech codes: the run was closed.");
}
