import { TTSError, type Capabilities, type SynthesisRequest } from "@parlando/engine";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import { fitsLimits } from "../segments/fit-limits.ts";
import { createArrivalMeter } from "../synthesis/arrival-lateness.ts";
import { AudioJudge, describeFinding } from "../synthesis/audio-judge.ts";
import { buildRequest, unsupportedProsody, type RequestParts } from "../synthesis/build-request.ts";
import { accountOf, capabilitiesOf, type EngineAccount } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { describeChange, kindOfChange } from "../ssml/describe-ssml.ts";
import type { LoweredText } from "../ssml/lower/lowered-text.ts";
import { isSilenced } from "../ssml/is-silenced.ts";
import { phonemeMarkup, type PhonemeMarkup } from "../synthesis/phoneme-markup.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import { paceAtRate } from "../synthesis/speech-pace.ts";
import type { AttemptPlan } from "../synthesis/speak-segment.ts";
import { limitsOf, type TimeLimits } from "../synthesis/time-limits.ts";
import { AttemptIntake, type MarkupOfMarks } from "./attempt-intake.ts";
import { createEntry } from "./create-entry.ts";
import { lowerSegment } from "./lower-segment.ts";
import { expectMarks } from "./note-mark.ts";
import type { SenderOptions } from "./sender-options.ts";
import { voiceOf } from "./voice-of.ts";
import { LoudnessMatch } from "./loudness-match.ts";
import { commonLengthMs } from "../ledger/placed-words.ts";

/** Which attempt, and what stands around its segment. */
export interface AttemptDetails {
  readonly route: EngineRoute;
  /** Counted from 0 over all engines. */
  readonly attempt: number;
  /** Silence to leave after the segment. */
  readonly pauseMs: number;
  readonly previousText: string;
}

/** What is known of an attempt when it begins. */
type BeginDetails = Omit<AttemptDetails, "previousText" | "route"> & { readonly request: Pick<SynthesisRequest, "ssml" | "marks" | "language" | "rate">; readonly markup?: MarkupOfMarks | undefined };

/** A route as it is now, and what all streams know of its engine. */
interface AskedRoute {
  readonly route: EngineRoute;
  readonly voice: string | undefined;
  readonly capabilities: Capabilities;
  readonly account: EngineAccount;
}

/** Speech asked for more quietly than this may come as silence, which is below -60 dBFS. */
const LEAST_VOLUME = 0.01;

/** Prepares each attempt at a segment: its request, its place in the ledger, and where its audio and marks go. */
export class AttemptPlanner {
  readonly #options: SenderOptions;
  #warned: Set<string> | undefined;
  /** Only where another engine may go on. */
  readonly #loudness: LoudnessMatch | undefined;
  /** How to stop listening to each account: after a failover, runs of two engines may be under way. */
  readonly #contentions: { readonly account: EngineAccount; readonly stopListening: () => void }[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#loudness = options.routes.routes.length > 1 ? new LoudnessMatch() : undefined;
  }

  /** Makes what attempt number `attempt` at the segment needs; what an earlier one made is dropped. */
  plan(run: SegmentRun, details: AttemptDetails): AttemptPlan {
    const asked = this.#asked(details.route);
    const { segment } = run;
    const lowered = this.#lowered(asked, segment);
    const markup = this.#pronounced(asked, segment);
    const request = this.#request(asked, { text: lowered?.text ?? markup?.ssml ?? segment.text, ssml: lowered?.ssml ?? markup !== undefined, previousText: details.previousText });
    const marks = lowered === undefined ? markup : { markInText: lowered.inWords };
    // The ledger knows words: what an engine gets besides them is led back to them.
    const { language, rate } = request;
    const spoken = { ssml: false, marks: request.marks, language, rate };
    const { listener, succeeded } = this.#begin(run, asked, { attempt: details.attempt, pauseMs: details.pauseMs, request: spoken, markup: marks });
    run.entry.tellsBookmarks = lowered?.ssml === true && request.marks.includes("bookmark");
    return { engine: asked.route.engine, account: asked.account, request, limits: this.#limits(asked, segment.text.length), listener, succeeded };
  }

  #asked(route: EngineRoute): AskedRoute {
    const voice = voiceOf(route, this.#options);
    return { route, voice, capabilities: capabilitiesOf(route.engine, voice), account: accountOf(route.engine) };
  }

  /** How long an attempt may take. */
  #limits({ voice, capabilities, account }: AskedRoute, characters: number): TimeLimits {
    const cost = account.estimateOf(voice, capabilities).current();
    return limitsOf(this.#options.settings.timeLimits, { characters, cost, output: capabilities.output });
  }

  /** What a session is opened with. */
  opening(route: EngineRoute, previousText: string): Omit<SynthesisRequest, "text"> {
    const { text: _, ...request } = this.#request(this.#asked(route), { text: "", previousText });
    return request;
  }

  /** As {@link AttemptPlanner.plan}, for a segment that goes to a session which was opened with `request`. Its text and its pause may still change. */
  planInSession(run: SegmentRun, details: BeginDetails & { readonly route: EngineRoute }): Pick<AttemptPlan, "listener" | "succeeded"> {
    return this.#begin(run, this.#asked(details.route), details);
  }

  #request({ route, capabilities }: AskedRoute, { text, ssml, previousText }: Pick<RequestParts, "text" | "ssml" | "previousText">): SynthesisRequest {
    const { settings, routes } = this.#options;
    this.#warnAboutProsody(route, capabilities);
    this.#warnAboutMarks(route, capabilities);
    return buildRequest({
      text,
      ssml,
      previousText,
      wishes: settings.options,
      route,
      isFirstRoute: route === routes.routes[0],
      capabilities,
      sampleRate: settings.sampleRate,
      hasCodecs: this.#options.codecs !== undefined,
      marks: settings.marks,
    });
  }

  #begin(run: SegmentRun, { route, voice, capabilities, account }: AskedRoute, details: BeginDetails): Pick<AttemptPlan, "listener" | "succeeded"> {
    const { settings, ledger, statistics, changed } = this.#options;
    const { segment } = run;
    const { attempt, request } = details;
    this.#listenTo(account);
    const estimate = account.estimateOf(voice, capabilities);
    run.queue.clear();
    run.state = "sent";
    const entry = createEntry(segment, route, attempt, paceAtRate(account.paceOf(voice), rateOf(request, capabilities)));
    expectMarks(entry, request, { wanted: settings.marks, sampleRate: settings.sampleRate });
    entry.billedCharacters = segment.text.length;
    ledger.begin(entry);
    run.entry = entry;
    // Its audio is all there at once: reading it slowly would only keep the next request from its slot.
    run.drains ||= capabilities.output === "whole";
    statistics.attempted();
    changed.notify();
    const arrival = createArrivalMeter();
    const judge = new AudioJudge({
      plausibility: account.plausibilityOf(voice),
      // Tags change how long words take.
      expected: () => (segment.markup === undefined ? { expectedMs: commonLengthMs(entry), characters: segment.text.length, rate: rateOf(request, capabilities) } : undefined),
      mustSound: () => speaks(segment) && (settings.options.volume ?? 1) >= LEAST_VOLUME,
      tell: (finding) => this.#warn(route, "IMPLAUSIBLE_AUDIO", describeFinding(finding, route.engine.id)),
    });
    const { sampleRate } = settings;
    const intake = new AttemptIntake(this.#options, {
      run, entry, arrival, judge, capabilities, pauses: details, markup: details.markup, engine: route.engine.id,
      loudness: this.#loudness?.open(account.loudnessOf(voice, sampleRate), sampleRate),
      onReplaced: () => this.#warnOnce(route, { what: "no numbers", code: "IMPLAUSIBLE_AUDIO", message: `The engine "${route.engine.id}" sent samples that are no numbers; they were made silence.` }),
    });
    return {
      listener: intake,
      succeeded: (times) => {
        const audioMs = (entry.frames * 1000) / sampleRate;
        if (entry.frames === 0 && speaks(segment)) {
          throw new TTSError("NO_AUDIO", `The engine "${route.engine.id}" ended without any audio for a segment that has words in it.`, { engine: route.engine.id });
        }
        if (segment.phonemes !== undefined && details.markup === undefined) this.#warnOnce(route, { what: "phonemes", message: `The engine "${route.engine.id}" cannot be told how words are pronounced; it says them as it knows them.` });
        const characters = segment.text.length;
        if (times === undefined) estimate.learnPace({ characters, audioMs });
        else estimate.learn({ characters, audioMs, firstAudioMs: times.firstAudioMs, totalMs: times.totalMs });
        judge.ended({ audioMs, hasSound: intake.hasSound });
        this.#options.arrivals.note(account.arrivalOf(voice), arrival.measure());
      },
    };
  }

  #listenTo(account: EngineAccount): void {
    if (!this.#contentions.some((known) => known.account === account)) this.#contentions.push({ account, stopListening: account.onContention(() => this.#letGo()) });
  }

  /** Another stream waits for a slot: what is held here is read to its end, which is at most the segment. */
  #letGo(): void {
    const held = this.#options.runs.filter((run) => run.startedAtMs !== undefined && run.state === "sent" && !run.drains);
    for (const run of held) run.drains = true;
    if (held.length > 0) this.#options.changed.notify();
  }

  /** Sentences are found here, and words and the bookmarks of SSML estimated where the engine tells none; nothing else can be. What was not asked for by name is not missed. */
  #warnAboutMarks(route: EngineRoute, capabilities: Capabilities): void {
    for (const kind of this.#options.settings.options.marks ?? []) {
      if (kind === "word" || kind === "sentence" || (kind === "bookmark" && this.#options.settings.options.ssml === true) || capabilities.marks.includes(kind)) continue;
      this.#warnOnce(route, { what: kind, message: `The engine "${route.engine.id}" tells no marks of the kind "${kind}".` });
    }
  }

  #warnAboutProsody(route: EngineRoute, capabilities: Capabilities): void {
    for (const name of unsupportedProsody(this.#options.settings.options, capabilities)) {
      this.#warnOnce(route, { what: name, option: name, message: `The engine "${route.engine.id}" cannot change the ${name}; it speaks at its own.` });
    }
  }

  /** A segment of SSML as this engine can take it. */
  #lowered({ route, capabilities }: AskedRoute, segment: LedgerSegment): LoweredText | undefined {
    const lowered = lowerSegment(segment, capabilities);
    const { id } = route.engine;
    if (lowered?.isTooLong === true) this.#warnOnce(route, { what: "ssml", message: `A segment of SSML is longer than a request of the engine "${id}" may be; it was said without its tags.` });
    for (const change of lowered?.isTooLong === true ? [] : (lowered?.lowered.changes ?? [])) this.#warnOnce(route, { what: kindOfChange(change), message: describeChange(change, id) });
    return lowered?.lowered;
  }

  /** The segment as SSML, where its words have a pronunciation and the engine can be told; one that would be too long is said as it is. */
  #pronounced({ capabilities: { ssml, limits } }: AskedRoute, segment: LedgerSegment): PhonemeMarkup | undefined {
    if (segment.phonemes === undefined || !ssml.some((name) => name === "phoneme" || name.startsWith("phoneme@"))) return undefined;
    const markup = phonemeMarkup(segment.text, segment.phonemes);
    return fitsLimits(markup.ssml, limits) ? markup : undefined;
  }

  #warnOnce(route: EngineRoute, { what, code = "UNSUPPORTED_OPTION", message, option }: { what: string; code?: string; message: string; option?: string }): void {
    const key = `${route.engine.id} ${what}`;
    this.#warned ??= new Set();
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#warn(route, code, message, option);
  }

  #warn({ engine }: EngineRoute, code: string, message: string, option?: string): void {
    this.#options.onWarning({ code, message, engine: engine.id, ...(option !== undefined && { option }) });
  }

  /** Ends listeners. */
  stop(): void {
    for (const { stopListening } of this.#contentions.splice(0)) stopListening();
  }
}

/** Whether a segment has anything that is read aloud. */
function speaks({ text, markup }: LedgerSegment): boolean {
  return /[\p{L}\p{N}]/u.test(text) && (markup === undefined || !isSilenced(markup));
}

/** The speed at which an engine speaks, 1 where it does not change it. */
function rateOf({ rate }: Pick<SynthesisRequest, "rate">, { prosody }: Capabilities): number {
  return prosody.includes("rate") ? (rate ?? 1) : 1;
}
