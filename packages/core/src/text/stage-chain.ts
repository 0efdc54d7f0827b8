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

/** Builds the stages; without any, text passes as it is. */
export function createStageChain(factories: readonly (() => TextStage)[]): StageChain {
  const stages = factories.map((factory) => guarded(factory()));
  const emptied = (empty: (stage: SafeStage) => MappedText): MappedText => {
    let carried: MappedText = unchangedText("", 0);
    for (const stage of stages) carried = joined(carried.text === "" ? carried : stage.push(carried), empty(stage));
    return carried;
  };
  return {
    push: (text, start) => stages.reduce((mapped, stage) => (mapped.text === "" ? mapped : stage.push(mapped)), unchangedText(text, start)),
    flush: () => emptied((stage) => stage.flush()),
    settle: () => emptied((stage) => stage.settle()),
  };
}

/** A stage belongs to the app, and so does what it throws. */
function guarded(stage: TextStage): SafeStage {
  const guard = (work: () => MappedText): MappedText => {
    try {
      return work();
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : typeof cause;
      throw new TTSError("INVALID_INPUT", `A text stage of the stream failed (${name}), which ended the stream. See the error's cause.`, { cause });
    }
  };
  return {
    push: (mapped) => guard(() => stage.push(mapped)),
    flush: () => guard(() => stage.flush()),
    settle: () => guard(() => (stage.settle === undefined ? stage.flush() : stage.settle())),
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
