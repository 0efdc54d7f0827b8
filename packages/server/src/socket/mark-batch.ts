import type { Mark } from "@parlando/engine";
import { wireLimits } from "@parlando/protocol";

/** So many marks are tried in one message first. */
const MOST_MARKS = 200;

/** Collects the marks that become known in one turn, so that they make one message and not one each. */
export interface MarkBatch {
  add(mark: Mark): void;
  /** Sends what was collected, at once. */
  flush(): void;
}

/** Makes a batch. `onTurn` is called at the end of a turn in which there were marks, and is to flush; `send` gets text that fits into a message. */
export function createMarkBatch({ utterance, send, onTurn }: { readonly utterance: number; readonly send: (json: string) => void; readonly onTurn: () => void }): MarkBatch {
  let marks: Mark[] = [];

  function sendMarks(part: readonly Mark[]): void {
    const json = JSON.stringify({ type: "speech.marks", utterance, marks: part });
    if (part.length > 1 && (part.length > MOST_MARKS || Buffer.byteLength(json) > wireLimits.messageBytes)) {
      const middle = Math.ceil(part.length / 2);
      sendMarks(part.slice(0, middle));
      sendMarks(part.slice(middle));
    } else send(json);
  }

  return {
    add(mark) {
      if (marks.length === 0) queueMicrotask(onTurn);
      marks.push(mark);
    },
    flush() {
      if (marks.length === 0) return;
      const part = marks;
      marks = [];
      sendMarks(part);
    },
  };
}
