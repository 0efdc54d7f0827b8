import { TTSError } from "@parlando/engine";
import { MappedBuffer } from "./mapped-buffer.ts";
import { unchangedText, type MappedText, type TextStage } from "./mapped-text.ts";

/** The text stages of one stream, one behind the other. */
export interface StageChain {
  /** Takes text that was fed at `start`; returns what came out at the other end. */
  push(text: string, start: number): MappedText;
  flush(): MappedText;
}

/** Builds the stages; without any, text passes as it is. */
export function createStageChain(factories: readonly (() => TextStage)[]): StageChain {
  const stages = factories.map((factory) => guarded(factory()));
  return {
    push: (text, start) => stages.reduce((mapped, stage) => (mapped.text === "" ? mapped : stage.push(mapped)), unchangedText(text, start)),
    flush() {
      let carried: MappedText = unchangedText("", 0);
      for (const stage of stages) carried = joined(carried.text === "" ? carried : stage.push(carried), stage.flush());
      return carried;
    },
  };
}

/** A stage belongs to the app, and so does what it throws. */
function guarded(stage: TextStage): TextStage {
  const guard = (work: () => MappedText): MappedText => {
    try {
      return work();
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : typeof cause;
      throw new TTSError("INVALID_INPUT", `A text stage of the stream failed (${name}), which ended the stream. See the error's cause.`, { cause });
    }
  };
  return { push: (mapped) => guard(() => stage.push(mapped)), flush: () => guard(() => stage.flush()) };
}

function joined(first: MappedText, second: MappedText): MappedText {
  if (first.text === "") return second;
  if (second.text === "") return first;
  const buffer = new MappedBuffer();
  buffer.append(first);
  buffer.append(second);
  return buffer.take(first.text.length + second.text.length);
}
