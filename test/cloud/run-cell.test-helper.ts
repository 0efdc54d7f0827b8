// One cell of the fault table: one fault, one engine, the whole stream of core.

import { createSpeechStream, type AudioChunk, type StreamReport } from "@parlando/core";
import { TTSError, type Mark } from "@parlando/engine";
import { faultPlace, playFault, type FaultRow } from "./faults.test-helper.ts";
import type { Lane, LaneTimes, OpenLane } from "./lanes.test-helper.ts";
import { compareSpeech, type SpeechFound } from "./speech-of.test-helper.ts";

/** Twelve numbered words in two sentences. */
export const spokenText = "W0 w1 w2 w3 w4. W5 w6, w7 w8 w9 w10 w11.";

/** Short, so that a table of many cells is quick; long enough for a machine that is busy. */
export const cellTimes: LaneTimes = { connectMs: 1_000, firstMs: 800, idleMs: 600 };

/** A stream that has not ended by then hangs: all tries, their time-outs and the pauses between them take less. */
const HANG_MS = 20_000;
/** How fast what is heard is played: as fast as the test can wait for it. */
const PLAYBACK_SPEED = 1;
/** Core's own time-outs: behind those of the engines. */
const CORE_FIRST_MS = 1_500;
const CORE_BETWEEN_MS = 1_000;
const SOCKETS_GONE_MS = 1_500;

/** What became of a stream. */
export interface StreamEnd {
  readonly report: StreamReport | undefined;
  readonly error: unknown;
  readonly hung: boolean;
  readonly samples: Float32Array;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly marks: readonly Mark[];
  readonly elapsedMs: number;
}

/** The classes of the table: "not shown" where the protocol cannot show the fault, "defect" is what must not be. */
export type CellClass = "recovered exactly" | "typed error" | "plausibility warning" | "not shown" | "defect";

/** What came of one fault, played once or always. */
export interface Cell {
  readonly lane: string;
  readonly fault: string;
  readonly when: "once" | "always";
  readonly outcome: CellClass;
  /** The code of the error, or what the defect is. */
  readonly detail: string;
  readonly elapsedMs: number;
  readonly requests: number;
}

/** Runs a cell. */
export async function runCell(lane: Lane, row: FaultRow, when: "once" | "always"): Promise<Cell> {
  const open = await lane.open({ key: "fault-table-key", times: cellTimes, fake: { fault: playFault(row.fault(faultPlace(lane, when)), when) } });
  let defect: string | undefined;
  let end: StreamEnd | undefined;
  try {
    end = await speakThrough(lane, open, spokenText);
    await open.engine.close();
    if (!(await areConnectionsGone(open))) defect = `${open.fake.openConnections} connections are left`;
  } catch (error) {
    defect = `threw ${String(error)}`;
  }
  const { requests } = open.fake;
  const asked = requests.filter(({ parameters }) => parameters["OutputFormat"] !== "json").length;
  await open.fake.close().catch((error: unknown) => void (defect ??= `the fake cannot play it: ${String(error)}`));
  const { outcome, detail } = defect !== undefined || end === undefined ? { outcome: "defect" as const, detail: [defect, end && describeEnd(lane, end)].filter(Boolean).join("; after ") } : classify(lane, end);
  return { lane: lane.name, fault: row.name, when, outcome, detail, elapsedMs: end?.elapsedMs ?? 0, requests: asked };
}

/** Speaks a text through core into memory, whatever becomes of it. */
export async function speakThrough(lane: Pick<Lane, "codecs">, { engine, voice }: OpenLane, text: string): Promise<StreamEnd> {
  const heard: Float32Array[] = [];
  const warnings: { code: string; message: string }[] = [];
  const marks: Mark[] = [];
  const beganAt = performance.now();
  // A player takes audio as it plays it: what it does not have yet can be taken back.
  const onChunk = async (chunk: AudioChunk): Promise<void> => {
    heard.push(chunk.samples.slice());
    await after(chunk.durationMs / PLAYBACK_SPEED);
  };
  const stream = createSpeechStream(
    { engines: [{ engine }], codecs: lane.codecs },
    { onChunk, voice, marks: ["word"], timeouts: { firstAudioMs: CORE_FIRST_MS, betweenMs: CORE_BETWEEN_MS }, onWarning: (warning) => void warnings.push(warning), onMark: (mark) => void marks.push(mark), onError: () => {} },
  );
  const done = stream.waitUntilDone().then((report) => ({ report, error: undefined, hung: false }), (error: unknown) => ({ report: undefined, error, hung: false }));
  stream.feed(text).catch(() => {});
  stream.done();
  const timer = new AbortController();
  const late = after(HANG_MS, timer.signal).then(() => ({ report: undefined, error: undefined, hung: true }));
  const end = await Promise.race([done, late]);
  timer.abort();
  const elapsedMs = performance.now() - beganAt;
  await stream.close();
  return { ...end, samples: join(heard), warnings, marks, elapsedMs };
}

function classify(lane: Lane, end: StreamEnd): { outcome: CellClass; detail: string } {
  const found: SpeechFound = compareSpeech(end.samples, spokenText, lane.speech);
  const defect = (what: string): { outcome: CellClass; detail: string } => ({ outcome: "defect", detail: `${what}; ${describeEnd(lane, end)}` });
  if (end.hung) return defect(`hangs: no end within ${HANG_MS / 1000} s`);
  if (found.wrong !== undefined) return defect(found.wrong);
  if (found.repeated > 0) return defect(`${found.repeated} words were said twice`);
  const twice = repeatedMark(end.marks, found.begunAgain);
  if (twice !== undefined) return defect(twice);
  if (end.error !== undefined && !TTSError.isInstance(end.error)) return defect("an error without a code");
  const isWarned = end.warnings.some(({ code }) => code === "IMPLAUSIBLE_AUDIO");
  if (found.leftOut > 0 && !isWarned) return defect(`silent: ${found.leftOut} words were left out`);
  const again = found.begunAgain > 0 ? "a word begun again" : "";
  if (end.error !== undefined) return { outcome: "typed error", detail: end.error.code };
  if (!found.endsEarly && found.leftOut === 0) return { outcome: "recovered exactly", detail: again };
  return isWarned ? { outcome: "plausibility warning", detail: "IMPLAUSIBLE_AUDIO" } : defect("silent: it ends early");
}

/** A word that is begun again has its mark again, at its new place; no other has. */
function repeatedMark(marks: readonly Mark[], begunAgain: number): string | undefined {
  let last = -1;
  let again = 0;
  for (const { kind, textStart } of marks) {
    if (kind !== "word") continue;
    if (textStart === last) again += 1;
    if (textStart < last || again > begunAgain) return `the mark of the word at ${textStart} comes behind the one at ${last}`;
    last = textStart;
  }
  return undefined;
}

function describeEnd(lane: Lane, { error, samples, warnings }: StreamEnd): string {
  const heardMs = Math.round((1000 * samples.length) / lane.speech.sampleRate);
  const ended = error === undefined ? "an end as if all were well" : TTSError.isInstance(error) ? `${error.code} (${error.message})` : "an error without a code";
  return `${heardMs} ms of audio and ${ended}, warnings [${warnings.map(({ code }) => code).join(", ")}]`;
}

/** Whether the fake has no connection any more, or will have none in a moment. */
export async function areConnectionsGone({ fake }: Pick<OpenLane, "fake">, withinMs: number = SOCKETS_GONE_MS): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (fake.openConnections > 0 && performance.now() < endMs) await after(5);
  return fake.openConnections === 0;
}

/** Pieces of audio as one. */
export function join(pieces: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(pieces.reduce((frames, piece) => frames + piece.length, 0));
  let frame = 0;
  for (const piece of pieces) {
    joined.set(piece, frame);
    frame += piece.length;
  }
  return joined;
}

/** Waits; ended early by the signal. */
export function after(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** Runs work for each item, so many at once; results in the order of the items. */
export async function mapAtOnce<Item, Result>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const left = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
