import { TTSError, type Capabilities, type Mark } from "@parlando/engine";
import { SegmentAudioPath } from "../audio/audio-path.ts";
import type { LedgerEntry, LedgerSegment } from "../ledger/ledger-entry.ts";
import type { AttemptListener } from "../synthesis/attempt.ts";
import { buildRequest, unsupportedProsody } from "../synthesis/build-request.ts";
import { accountOf, capabilitiesOf, type EngineAccount } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { AttemptPlan } from "../synthesis/speak-segment.ts";
import { stripMarkup } from "../text/strip-markup.ts";
import { createEntry } from "./create-entry.ts";
import type { SenderOptions } from "./sender-options.ts";
import { voiceOf } from "./voice-of.ts";

/** Which attempt, and what stands around its segment. */
export interface AttemptDetails {
  readonly route: EngineRoute;
  /** Counted from 0 over all engines. */
  readonly attempt: number;
  /** Silence to leave after the segment. */
  readonly pauseMs: number;
  readonly previousText: string;
}

/** Silence left before the first sound of a segment, in milliseconds. */
const LEAD_MS = 20;

/** Prepares each attempt at a segment: its request, its place in the ledger, and where its audio and marks go. */
export class AttemptPlanner {
  readonly #options: SenderOptions;
  readonly #warned = new Set<string>();
  /** How to stop listening to each account: after a failover, runs of two engines may be under way. */
  readonly #contentions = new Map<EngineAccount, () => void>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Makes what attempt number `attempt` at the segment needs; what an earlier one made is dropped. */
  plan(run: SegmentRun, details: AttemptDetails): AttemptPlan {
    const { settings, routes, ledger, statistics, changed } = this.#options;
    const { route, attempt } = details;
    const account = accountOf(route.engine);
    if (!this.#contentions.has(account)) this.#contentions.set(account, account.onContention(() => this.#letGo()));
    const capabilities = capabilitiesOf(route.engine, voiceOf(route, this.#options));
    const estimate = account.estimateOf(voiceOf(route, this.#options), capabilities);
    const segment = this.#spokenBy(route, run.segment);
    this.#warnAboutProsody(route);
    this.#warnAboutMarks(route, capabilities);
    const request = buildRequest({
      text: segment.text,
      previousText: details.previousText,
      wishes: settings.options,
      route,
      isFirstRoute: route === routes.routes[0],
      capabilities,
      sampleRate: settings.sampleRate,
      marks: settings.marks,
    });
    run.queue.clear();
    run.state = "sent";
    const entry = createEntry(segment, route, attempt, estimate.msPerCharacter(segment.text));
    if (settings.marks.includes("word") && !request.marks.includes("word")) entry.estimatedWords = 0;
    entry.billedCharacters = segment.text.length;
    ledger.begin(entry);
    run.entry = entry;
    statistics.attempted();
    changed.notify();
    return {
      engine: route.engine,
      account,
      request,
      listener: this.#listen(run, entry, { route, pauseMs: details.pauseMs, capabilities }),
      succeeded: (times) => {
        const audioMs = (entry.frames * 1000) / settings.sampleRate;
        if (entry.frames === 0 && speaks(segment.text) && settings.options.ssml !== true) {
          throw new TTSError("NO_AUDIO", `The engine "${route.engine.id}" ended without any audio for a segment that has words in it.`, { engine: route.engine.id });
        }
        estimate.learn({ characters: segment.text.length, ...times, audioMs });
      },
    };
  }

  #listen(run: SegmentRun, entry: LedgerEntry, details: { route: EngineRoute; pauseMs: number; capabilities: Capabilities }): AttemptListener {
    const { settings, gate, changed } = this.#options;
    const engine = details.route.engine.id;
    const audio = new SegmentAudioPath({
      sampleRate: settings.sampleRate,
      leadMs: LEAD_MS,
      pauseMs: details.pauseMs,
      gain: details.capabilities.prosody.includes("volume") ? 1 : (settings.options.volume ?? 1),
      engine,
      breathe: () => this.#options.clock.sleep(0),
      onLast: () => {
        run.state = "complete";
        entry.complete = true;
      },
      onSamples: (samples, trimmedFrames) => {
        entry.trimmedFrames = trimmedFrames;
        if (entry.frames === 0) this.#options.statistics.spoke(engine);
        entry.frames += samples.length;
        run.queue.push(samples);
        changed.notify();
        this.#options.onProgress();
      },
    });
    return {
      audio,
      mark: (mark) => this.#addMark(entry, mark),
      billed: (characters) => {
        entry.billedCharacters = characters;
      },
      waited: (ms) => this.#options.statistics.waited(ms),
      warning: (code, message) => this.#options.onWarning({ code, message, engine }),
      mayPull: () => gate.mayPull(run, details.capabilities.limits.idleMs),
    };
  }

  #addMark(entry: LedgerEntry, mark: Mark): void {
    // Kept in the order of time, whatever the order in which they came.
    const place = entry.marks.findLastIndex((other) => other.timeMs <= mark.timeMs);
    entry.marks.splice(place + 1, 0, mark);
    if (!this.#options.settings.marks.includes(mark.kind)) return;
    entry.unpublished.push(mark);
    if (entry.startFrame !== undefined) this.#options.onProgress();
  }

  /** Another stream waits for a slot: what is held here is read to its end, which is at most the segment. */
  #letGo(): void {
    for (const run of this.#options.runs) if (run.startedAtMs !== undefined && run.state === "sent") run.drains = true;
    this.#options.changed.notify();
  }

  /** Words are estimated where the engine tells none; nothing else can be. What was not asked for by name is not missed. */
  #warnAboutMarks(route: EngineRoute, capabilities: Capabilities): void {
    for (const kind of this.#options.settings.options.marks ?? []) {
      if (kind === "word" || capabilities.marks.includes(kind)) continue;
      this.#warnOnce(route, kind, `The engine "${route.engine.id}" tells no marks of the kind "${kind}".`);
    }
  }

  #warnAboutProsody(route: EngineRoute): void {
    for (const name of unsupportedProsody(this.#options.settings.options, capabilitiesOf(route.engine, voiceOf(route, this.#options)))) {
      this.#warnOnce(route, name, `The engine "${route.engine.id}" cannot change the ${name}; it speaks at its own.`);
    }
  }

  /** The segment as this engine can take it: without tags, where it knows none. */
  #spokenBy(route: EngineRoute, segment: LedgerSegment): LedgerSegment {
    if (this.#options.settings.options.ssml !== true || capabilitiesOf(route.engine, voiceOf(route, this.#options)).ssml.length > 0) return segment;
    this.#warnOnce(route, "ssml", `The engine "${route.engine.id}" takes plain text only; the tags of the SSML were left out.`);
    const plain = stripMarkup(segment.text);
    return { ...segment, text: plain.text, sourceAt: (index) => segment.sourceAt(plain.sourceAt(index)) };
  }

  #warnOnce(route: EngineRoute, option: string, message: string): void {
    const key = `${route.engine.id} ${option}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#options.onWarning({ code: "UNSUPPORTED_OPTION", message, engine: route.engine.id });
  }

  /** Ends listeners. */
  stop(): void {
    for (const stopListening of this.#contentions.values()) stopListening();
    this.#contentions.clear();
  }
}

/** Whether a text has anything that is read aloud. */
function speaks(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
