import { TTSError, type EngineEvent, type Mark } from "@parlando/engine";
import { readJsonLines } from "../transport/ndjson-reader.ts";
import type { BodyTimes } from "./polly-body.ts";
import { readPollyBody } from "./polly-body.ts";
import { createPollyCall, type PollyCall } from "./polly-call.ts";
import type { PollyConnection } from "./polly-connection.ts";
import { pollyError } from "./polly-errors.ts";
import { contextOf, createMarkReader, warning, type SpeechCall } from "./polly-wire.ts";

/** Marks that come beside the audio, by their times. */
export interface MarkFeed {
  /** Marks up to this time that have come, each once. */
  until(timeMs: number): readonly Mark[];
  /** Waits for all of them: the rest, and a warning where some are missing. `durationMs` is that of the audio, where it is known. */
  rest(durationMs: number | undefined): Promise<{ marks: readonly Mark[]; warnings: readonly EngineEvent[] }>;
  /** What the service counted for the marks. */
  readonly characters: number;
}

/** Marks that are late when the audio has ended are waited for so long, in milliseconds: there is speech to go on with. */
const LATE_MS = 3_000;
/** Marks of another rendering may lie so far behind the audio's end without a word, in milliseconds. */
const DRIFT_MS = 250;

/** What marks are asked with. */
export interface MarkAsking {
  readonly speech: Pick<SpeechCall, "marksInput" | "marks">;
  readonly connection: PollyConnection;
  /** The call of the audio: marks end with it. */
  readonly call: PollyCall;
  readonly times: BodyTimes;
  readonly secrets: readonly string[];
}

/**
 * Asks for the marks of a text in a request of their own, as Polly wants it, beside the one for its audio. They never fail the audio: what
 * goes wrong becomes a warning. Undefined where none are wanted.
 */
export function askForMarks(asking: MarkAsking): MarkFeed | undefined {
  const { speech, call } = asking;
  if (speech.marksInput === undefined) return undefined;
  const held: Mark[] = [];
  let at = 0;
  let characters = 0;
  let failure: TTSError | undefined;
  const context = contextOf("marks", [speech.marks.text, speech.marks.sent.text, ...asking.secrets]);
  // A call of its own: its time-outs are no failures of the audio.
  const own = createPollyCall({ context, signal: call.signal });
  const done = (async () => {
    try {
      // Signing takes its time: the request for the audio goes out first.
      await own.wait(new Promise<void>((resolve) => void setImmediate(resolve)));
      for await (const mark of readMarks(asking, own, (count) => (characters = count))) held.push(mark);
    } catch (error) {
      failure = own.failure ?? pollyError(error, context);
    } finally {
      own.end();
    }
  })();

  function until(timeMs: number): readonly Mark[] {
    const from = at;
    for (let next = held[at]; next !== undefined && next.timeMs <= timeMs; next = held[at]) at += 1;
    return from === at ? [] : held.slice(from, at);
  }

  return {
    until,
    get characters() {
      return characters;
    },
    async rest(durationMs) {
      const late = setTimeout(() => own.fail(new TTSError("TIMEOUT", `${context.doing}: they did not come within ${LATE_MS} ms after the audio's end.`, { engine: "polly" })), LATE_MS);
      try {
        await call.wait(done);
      } finally {
        clearTimeout(late);
      }
      const marks = until(Number.POSITIVE_INFINITY);
      const warnings = failure === undefined ? [] : [warning("MARKS_MISSING", `Not all marks came: ${failure.message} The audio is whole.`)];
      if (durationMs === undefined) return { marks, warnings };
      const last = marks.at(-1)?.timeMs ?? 0;
      if (last > durationMs + DRIFT_MS) warnings.push(warning("MARKS_DRIFT", `The marks reach ${Math.round(last - durationMs)} ms beyond the audio: they come from another rendering than it. The last ones are put at its end.`));
      return { marks: marks.map((mark) => (mark.timeMs > durationMs ? { ...mark, timeMs: durationMs } : mark)), warnings };
    },
  };
}

async function* readMarks({ speech, connection, times, secrets }: MarkAsking, own: PollyCall, count: (characters: number) => void): AsyncGenerator<Mark, void, undefined> {
  const { marksInput, marks } = speech;
  if (marksInput === undefined) return;
  const context = contextOf("marks", [marks.text, marks.sent.text, ...secrets]);
  const lease = await own.wait(connection.lease());
  try {
    own.expect(times.firstByteMs, "the answer");
    const { AudioStream, RequestCharacters } = await own.wait(lease.client.send(new lease.sdk.SynthesizeSpeechCommand(marksInput), { abortSignal: own.signal }));
    count(RequestCharacters ?? 0);
    const read = createMarkReader(marks);
    let lines = 0;
    let found = 0;
    for await (const line of readJsonLines(readPollyBody(AudioStream, own, context, times), context)) {
      const isMark = typeof line === "object" && line !== null && "time" in line && "type" in line;
      lines += 1;
      if (isMark) found += 1;
      const mark = read(line);
      if (mark !== undefined) yield mark;
    }
    if (lines > 0 && found === 0) throw new TTSError("PROTOCOL", `${context.doing}: the answer holds something else than marks.`, { engine: "polly" });
  } finally {
    lease.release();
  }
}
