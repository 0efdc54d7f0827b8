/** Text that waits until there is enough of it to make audio. */
export interface TextBuffer {
  /** Takes text, and gives what is to be spoken now, piece by piece. */
  add(text: string): string[];
  /** Gives all that waits; undefined where nothing of it can be spoken. */
  flush(): string | undefined;
  /** White space between what waits and what comes next, for keep-alives that are also spaces. */
  addSpace(): boolean;
}

/** The provider's own: characters that must wait before the first generation, the second, and so on. */
export const defaultSchedule: readonly number[] = [120, 160, 250, 290];

/** Holds text by the provider's `chunk_length_schedule`, or not at all (`auto_mode`). Generations end between words, so that no word is spoken in two halves. */
export function createTextBuffer(schedule: readonly number[] | undefined): TextBuffer {
  let waiting = "";
  let step = 0;

  function takeDue(): string | undefined {
    if (schedule === undefined) return flush();
    const needed = schedule[Math.min(step, schedule.length - 1)] ?? 0;
    const end = /\s\S*$/u.exec(waiting)?.index;
    if (waiting.length < needed || end === undefined || waiting.slice(0, end).trim() === "") return undefined;
    const due = waiting.slice(0, end + 1);
    waiting = waiting.slice(end + 1);
    step += 1;
    return due;
  }
  function flush(): string | undefined {
    const due = waiting;
    waiting = "";
    return due.trim() === "" ? undefined : due;
  }
  return {
    add(text) {
      waiting += text;
      const pieces: string[] = [];
      for (let due = takeDue(); due !== undefined; due = takeDue()) pieces.push(due);
      return pieces;
    },
    flush,
    addSpace() {
      if (waiting === "" || /\s$/u.test(waiting)) return false;
      waiting += " ";
      return true;
    },
  };
}
