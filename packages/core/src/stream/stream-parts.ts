import type { Mark, TTSError } from "@parlando/engine";
import { StreamRoutes } from "../synthesis/route-list.ts";
import { createProcessorChain } from "../audio/processor-chain.ts";
import type { Playhead } from "../buffer/playhead.ts";
import type { Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import { Ledger } from "../ledger/ledger.ts";
import { createPlanner } from "../segments/create-planner.ts";
import type { RouteList } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { MarkupElement } from "../text/text-markup.ts";
import type { TextQueue } from "../text/text-queue.ts";
import { createProblemNotice } from "./problem-notice.ts";
import { createTextQueue } from "./create-text-queue.ts";
import { HandOut } from "./hand-out.ts";
import { Listener } from "./listener.ts";
import { PullGate } from "./pull-gate.ts";
import { Sender } from "./sender.ts";
import { StreamChange } from "./stream-change.ts";
import type { StreamContext } from "./stream-context.ts";
import type { StreamNotices } from "./stream-notices.ts";
import type { StreamReport } from "./stream-report.ts";
import { LONGEST_CHUNK_MS, type StreamSettings } from "./stream-settings.ts";
import type { Standing } from "./standing.ts";
import { StreamStatistics } from "./stream-statistics.ts";

/** What the parts of a stream ask of the one who holds them together. */
export interface StreamHooks {
  /** Publishes what is due before `frame`. */
  readonly publish: (frame: number) => readonly Mark[];
  /** The stream cannot go on. */
  readonly fail: (error: TTSError) => void;
  /** A `mark` of SSML was read. */
  readonly bookmarkRead: (element: MarkupElement) => void;
  /** After a look at the text, whether something was sent or not. */
  readonly advance: () => void;
  /** A segment ended, or marks came. */
  readonly news: () => void;
  /** A block of audio was made. */
  readonly audioCame: () => void;
}

/** What the parts are made of. */
export interface StreamPartsOptions {
  readonly context: StreamContext;
  readonly settings: StreamSettings;
  readonly clock: Clock;
  readonly notices: StreamNotices;
  readonly playhead: Playhead;
  /** Aborted when the stream ends. */
  readonly signal: AbortSignal;
  readonly standing: Standing;
  readonly hooks: StreamHooks;
}

/** What passes text and audio on. */
export interface StreamParts {
  /** Notified when anything changed that a taker or a held engine may wait for. */
  readonly changed: Condition;
  /** Segments that were sent and not yet handed out whole, in order. */
  readonly runs: SegmentRun[];
  readonly routes: RouteList;
  readonly statistics: StreamStatistics;
  readonly text: TextQueue;
  readonly ledger: Ledger;
  readonly gate: PullGate;
  readonly listener: Listener;
  readonly handOut: HandOut;
  readonly sender: Sender;
}

/** More audio than this is not held back for the end of a word, in milliseconds. */
const LONGEST_WORD_MS = 500;

/** Makes the parts and connects them, from the text to the taker. Each object is named out: one that is spread from others gets a shape of its own every time. */
export function createStreamParts(options: StreamPartsOptions): StreamParts {
  const { context, settings, clock, notices, hooks } = options;
  const changed = new StreamChange(() => gate.look());
  const runs: SegmentRun[] = [];
  const routes = new StreamRoutes(context.engines, clock, settings.options);
  const statistics = new StreamStatistics(clock, (report) => tellLastNumbers(options, report));
  const text = createTextQueue(settings.options, context.engines[0], { onProblem: createProblemNotice(notices), onMark: hooks.bookmarkRead });
  const ledger = new Ledger(settings.sampleRate);
  const gate: PullGate = createGate(options, { changed, runs });
  const listener: Listener = createListener(options, { routes, runs, text, statistics, changed }, () => sender.owedSinceMs);
  const parts = { changed, runs, routes, statistics, text, ledger, gate, listener };
  const handOut: HandOut = createHandOut(options, parts, () => sender.isStarved);
  const sender: Sender = createSender(options, parts);
  return { changed, runs, routes, statistics, text, ledger, gate, listener, handOut, sender };
}

/** To those who watch a stream that has failed or was closed. Others are told when it is known what has come of it. */
function tellLastNumbers({ notices, standing }: StreamPartsOptions, report: StreamReport): void {
  if (standing.error !== undefined) notices.tell("metrics", report);
}

function createGate({ settings, clock, playhead }: StreamPartsOptions, { changed, runs }: Pick<StreamParts, "changed" | "runs">): PullGate {
  const { sampleRate, highWaterMs, lowWaterMs } = settings;
  return new PullGate({ clock, sampleRate, highWaterMs, lowWaterMs, changed, runs, playhead });
}

function createListener({ settings, clock, playhead }: StreamPartsOptions, { routes, runs, text, statistics, changed }: Pick<StreamParts, "routes" | "runs" | "text" | "statistics" | "changed">, owedSinceMs: () => number): Listener {
  return new Listener({ settings, clock, playhead, routes, runs, text, statistics, owedSinceMs, onTime: () => changed.notify() });
}

function createHandOut({ context, settings, clock, notices, playhead, standing, hooks }: StreamPartsOptions, parts: Omit<StreamParts, "handOut" | "sender">, isStarved: () => boolean): HandOut {
  const { runs, ledger, text, changed, gate, listener } = parts;
  const { sampleRate } = settings;
  const framesOf = (ms: number): number => Math.max(1, Math.round((ms * sampleRate) / 1000));
  return new HandOut({
    sampleRate,
    channels: settings.channels,
    chunkFrames: settings.chunkMs === undefined ? undefined : framesOf(settings.chunkMs),
    mostFrames: framesOf(LONGEST_CHUNK_MS),
    processors: (settings.options.processors ?? []).length === 0 ? undefined : createProcessorChain(settings.options.processors ?? [], sampleRate),
    runs,
    ledger,
    text,
    changed,
    prebuffer: listener,
    goesOnElsewhere: context.engines.length > 1,
    // What is held back counts as ahead: with a low mark the engine would stand still before the word is whole.
    longestHeldFrames: framesOf(Math.min(LONGEST_WORD_MS, settings.highWaterMs / 2, settings.lowWaterMs)),
    gate,
    turn: context.turn,
    isStarved,
    playhead,
    standing,
    clock,
    onSegmentDone: ({ index, textStart, textEnd, coverEnd }, endFrame) => {
      if (!notices.has("segmentDone")) return;
      playhead.release();
      notices.tell("segmentDone", { index, textStart, textEnd, textThrough: coverEnd, endFrame });
    },
    publishMarks: hooks.publish,
  });
}

function createSender({ context, settings, clock, notices, playhead, signal, hooks }: StreamPartsOptions, parts: Omit<StreamParts, "handOut" | "sender">): Sender {
  const { routes, text, ledger, gate, runs, statistics, listener, changed } = parts;
  return new Sender({
    settings,
    routes,
    codecs: context.codecs,
    clock,
    text,
    planner: createPlanner({ latency: settings.latency }),
    ledger,
    gate,
    runs,
    statistics,
    arrivals: listener.arrivals,
    signal,
    changed,
    playhead,
    onSegment: (segment) => notices.tell("segment", segment),
    onWarning: (warning) => notices.tell("warning", warning),
    onFailure: hooks.fail,
    onReport: () => {
      if (notices.has("metrics")) notices.tell("metrics", statistics.report());
    },
    onProgress: hooks.advance,
    onNews: hooks.news,
    onAudio: hooks.audioCame,
  });
}
