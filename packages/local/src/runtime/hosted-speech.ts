import type { SpeechEvent } from "./model-host.ts";
import { aborted } from "./failure.ts";
import type { SpeechJob } from "./model-spec.ts";
import type { Answer, Note } from "./open-requests.ts";
import type { ProcessLine, Sent } from "./process-line.ts";

/** Where a speech is made. */
export interface HostedSpeechOptions {
  readonly line: ProcessLine;
  /** Id of the model in its process. */
  readonly model: number;
  readonly sampleRate: number;
  readonly job: SpeechJob;
  readonly signal: AbortSignal;
}

/** The process is told what was read once it is so much sound, or when the reader waits for more: not for each piece by itself. */
const reportedMs = 100;

const doing = "Speaking";

/**
 * Asks a process for a speech and hands on what comes, in order. Leaving the loop or aborting cancels it.
 *
 * @throws TTSError what the process failed with; `SERVICE` when it ended; `ABORTED`.
 */
export async function* hostedSpeech({ line, model, sampleRate, job, signal }: HostedSpeechOptions): AsyncGenerator<SpeechEvent, void, undefined> {
  if (signal.aborted) throw aborted(doing);
  const inbox = createInbox();
  const sent = line.request({ type: "speak", model, job }, inbox.note);
  const reader = createReader({ line, id: sent.id, sampleRate });
  const abort = (): void => inbox.fail(aborted(doing));
  signal.addEventListener("abort", abort, { once: true });
  listen(sent, inbox);
  try {
    for (;;) {
      if (inbox.isEmpty()) reader.report(0);
      const note = await inbox.next();
      if (note.type === "done" || note.type === "stopped" || note.type === "loaded") return yield* sumOf(note);
      yield toEvent(note);
      if (note.type === "audio") reader.took(note.samples.length);
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // Does nothing when it was answered.
    line.cancel(sent.id);
  }
}

function listen({ answer }: Sent, inbox: Inbox): void {
  answer.then(inbox.note, inbox.fail);
}

function* sumOf(answer: Answer): Generator<SpeechEvent, void, undefined> {
  if (answer.type !== "done" || answer.metrics === undefined) throw aborted(doing);
  yield { type: "done", metrics: answer.metrics };
}

function toEvent(note: Note): SpeechEvent {
  switch (note.type) {
    case "queued": return { type: "queued", ahead: note.ahead, waitMs: note.waitMs };
    case "warning": return { type: "warning", code: note.code, message: note.message };
    case "audio": return { type: "audio", samples: note.samples, metrics: note.metrics };
  }
}

/** Tells the process what was read, not too often. */
function createReader({ line, id, sampleRate }: { line: ProcessLine; id: number; sampleRate: number }): { took(samples: number): void; report(least: number): void } {
  const leastSamples = (sampleRate * reportedMs) / 1_000;
  let unreported = 0;
  const report = (least: number): void => {
    if (unreported <= least) return;
    line.taken(id, unreported);
    unreported = 0;
  };
  return {
    took: (samples) => {
      unreported += samples;
      report(leastSamples - 1);
    },
    report,
  };
}

interface Inbox {
  note(note: Note | Answer): void;
  fail(error: unknown): void;
  isEmpty(): boolean;
  /** What came first; waits for it. A failure overtakes what was not read. */
  next(): Promise<Note | Answer>;
}

function createInbox(): Inbox {
  const notes: (Note | Answer)[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  return {
    note: (note) => {
      notes.push(note);
      wake();
    },
    fail: (error) => {
      failure ??= { error };
      wake();
    },
    isEmpty: () => notes.length === 0,
    next: async () => {
      for (;;) {
        if (failure !== undefined) throw failure.error;
        const note = notes.shift();
        if (note !== undefined) return note;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
