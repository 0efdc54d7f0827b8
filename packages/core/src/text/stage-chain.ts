import { TTSError } from "@parlando/engine";
import { MappedBuffer } from "./mapped-buffer.ts";
import { unchangedText, type MappedText, type TextStage } from "./mapped-text.ts";

/** The text stages of one stream, one behind the other. */
export interface StageChain {
  /** Takes text that was fed at `start`; returns what came out at the other end. */
  push(text: string, start: number): MappedText;
  /** What is held back, where a text ends. */
  flush(): MappedText;
  /** What is held back, where a text only pauses. */
  settle(): MappedText;
}

/** A stage of the app with both ways to get out what it holds. */
interface SafeStage {
  push(text: MappedText): MappedText;
  flush(): MappedText;
  settle(): MappedText;
}

/** The fed text that a stage may point into. */
interface Reach {
  /** Where the text begins that it was given last: stands in for what is no offset. */
  start: number;
  /** All that was fed so far. */
  end: number;
}

/** Where there are no stages, it keeps nothing: all streams have the same one. */
const passing: StageChain = { push: unchangedText, flush: () => unchangedText("", 0), settle: () => unchangedText("", 0) };

/** Builds the stages; without any, text passes as it is. What they throw or return amiss becomes `INVALID_INPUT`: they belong to the app. */
export function createStageChain(factories: readonly (() => TextStage)[]): StageChain {
  if (factories.length === 0) return passing;
  const reach: Reach = { start: 0, end: 0 };
  const stages = factories.map((factory) => guarded(madeBy(factory), reach));
  const emptied = (empty: (stage: SafeStage) => MappedText): MappedText => {
    reach.start = reach.end;
    let carried: MappedText = unchangedText("", 0);
    for (const stage of stages) carried = joined(carried.text === "" ? carried : stage.push(carried), empty(stage));
    return carried;
  };
  return {
    push(text, start) {
      reach.start = start;
      reach.end = Math.max(reach.end, start + text.length);
      return stages.reduce((mapped, stage) => (mapped.text === "" ? mapped : stage.push(mapped)), unchangedText(text, start));
    },
    flush: () => emptied((stage) => stage.flush()),
    settle: () => emptied((stage) => stage.settle()),
  };
}

function madeBy(factory: () => TextStage): TextStage {
  const stage: unknown = guard("The factory", factory);
  if (isStage(stage)) return stage;
  throw new TTSError("INVALID_INPUT", `The factory of a text stage of the stream returned ${nameOf(stage)}; expected a stage with push() and flush(). Correct the stage.`);
}

function isStage(value: unknown): value is TextStage {
  return typeof value === "object" && value !== null && "push" in value && typeof value.push === "function" && "flush" in value && typeof value.flush === "function";
}

/** A stage belongs to the app, and so does what it throws. */
function guarded(stage: TextStage, reach: Reach): SafeStage {
  const checked = (name: string, work: () => MappedText): MappedText => {
    const mapped: unknown = guard(name, work);
    if (isMapped(mapped)) return insideOf(mapped, { ...reach });
    throw new TTSError("INVALID_INPUT", `${name} of a text stage of the stream returned ${nameOf(mapped)}, which ended the stream; expected { text, sourceAt }, with an empty text where there is nothing to pass on. Correct the stage.`);
  };
  return {
    push: (mapped) => checked("push()", () => stage.push(mapped)),
    flush: () => checked("flush()", () => stage.flush()),
    settle() {
      const { settle } = stage;
      return settle === undefined ? checked("flush()", () => stage.flush()) : checked("settle()", () => settle.call(stage));
    },
  };
}

function guard<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw failed(name, cause);
  }
}

function failed(name: string, cause: unknown): TTSError {
  const kind = cause instanceof Error ? cause.name : typeof cause;
  return new TTSError("INVALID_INPUT", `${name} of a text stage of the stream failed (${kind}), which ended the stream. See the error's cause.`, { cause });
}

function isMapped(value: unknown): value is MappedText {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string" && "sourceAt" in value && typeof value.sourceAt === "function";
}

function nameOf(value: unknown): string {
  if (typeof value !== "object") return value === undefined ? "nothing" : `a ${typeof value}`;
  return value === null ? "null" : value instanceof Promise ? "a promise" : "another object";
}

/** A way back that never leaves the fed text, whatever the stage says: marks and what was heard point there. */
function insideOf(mapped: MappedText, { start, end }: Reach): MappedText {
  // Asked for every unit of the text, hence one function and no more.
  const inside = (ask: (index: number) => unknown) => (index: number): number => {
    let offset: unknown;
    try {
      offset = ask(index);
    } catch (cause) {
      throw failed("sourceAt()", cause);
    }
    return typeof offset !== "number" || Number.isNaN(offset) ? start : Math.max(0, Math.min(Math.trunc(offset), end));
  };
  // Named one by one: what a class of the app has by accessors would not come along.
  const { text, phonemes, markup, sourceStartAt, sourceEndAt } = mapped;
  return {
    text,
    phonemes,
    markup,
    sourceAt: inside((index) => mapped.sourceAt(index)),
    ...(sourceStartAt !== undefined && { sourceStartAt: inside((index) => sourceStartAt.call(mapped, index)) }),
    ...(sourceEndAt !== undefined && { sourceEndAt: inside((index) => sourceEndAt.call(mapped, index)) }),
  };
}

function joined(first: MappedText, second: MappedText): MappedText {
  if (first.text === "") return second;
  if (second.text === "") return first;
  const buffer = new MappedBuffer();
  buffer.append(first);
  buffer.append(second);
  return buffer.take(first.text.length + second.text.length);
}
