import type { EngineLimits, Engine, SynthesisRequest } from "@parlando/engine";
import type { LoadCodecs } from "../audio/codecs.ts";
import { callAfter, rest, RESTED, type Clock } from "../clock.ts";
import type { EngineAccount } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import type { TimeLimits } from "../synthesis/time-limits.ts";
import { SessionLink } from "../synthesis/session-link.ts";
import { TurnSegments, type SegmentInTurn } from "../synthesis/turn-segments.ts";

/** What {@link SessionLine} needs. */
export interface SessionLineOptions {
  readonly timeLimits: TimeLimits;
  readonly route: EngineRoute;
  readonly account: EngineAccount;
  readonly request: Omit<SynthesisRequest, "text">;
  readonly limits: EngineLimits;
  readonly clock: Clock;
  readonly codecs: LoadCodecs | undefined;
  readonly signal: AbortSignal;
  readonly warning: (code: string, message: string) => void;
  /** It can take more text now. */
  readonly onReady: () => void;
  /** It has to end soon: somebody waits for its slot, or it may not last longer. */
  readonly onMustLeave: () => void;
}

/** A session that nothing is written to for so long gives its slot back. */
const IDLE_MS = 10_000;
/** How long a turn may take to end after everything was spoken. */
const END_LIMIT_MS = 1_000;
/** Part of the time a session may last after which it takes no further segment. */
const LASTING_SHARE = 0.75;

/** One session of an engine, in its slot: text goes in, each segment gets what belongs to it. */
export class SessionLine {
  readonly #options: SessionLineOptions;
  readonly #link: SessionLink;
  readonly #turn: TurnSegments;
  readonly #ended = new AbortController();
  /** Call off what waits: for more text to be written, and for a turn to end. */
  #resting: (() => void) | undefined;
  #ending: (() => void) | undefined;
  #mustLeave = false;
  #hasFlushed = false;
  #hasSpoken = false;

  constructor(options: SessionLineOptions) {
    const { route, request, clock, signal, codecs, warning, onReady } = options;
    const { engine } = route;
    this.#options = options;
    this.#turn = new TurnSegments({ engine: engine.id, clock, codecs, warning });
    const turn = this.#turn;
    const listener = {
      event: turn.event.bind(turn),
      turnEnded: (wasAsked: boolean) => this.#turnHasEnded(wasAsked),
      waited: turn.waited.bind(turn),
      mayPull: turn.mayPull.bind(turn),
      isUrgent: turn.isUrgent.bind(turn),
      slackMs: turn.slackMs.bind(turn),
      owedSinceMs: turn.owedSinceMs.bind(turn),
      ready: onReady,
    };
    this.#link = new SessionLink({ engine, request, limits: options.timeLimits, clock, signal, listener, isAwaited: () => options.account.contended });
  }

  get route(): EngineRoute {
    return this.#options.route;
  }

  get engine(): Engine {
    return this.#options.route.engine;
  }

  get request(): Omit<SynthesisRequest, "text"> {
    return this.#options.request;
  }

  /** Open, and done with what it was asked. */
  get isReady(): boolean {
    return this.#link.isReady;
  }

  /** It takes no further segment. The first one it takes in any case: who was given the slot would else have waited for nothing. */
  get mustLeave(): boolean {
    return this.#mustLeave && this.#hasFlushed;
  }

  /** A segment was spoken in it: the session was a good one. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** Something has come of the segment that is to be spoken next. */
  get hasBegun(): boolean {
    return this.#turn.hasBegun;
  }

  begin(segment: SegmentInTurn): void {
    this.#turn.begin({
      ...segment,
      spoken: () => {
        this.#hasSpoken = true;
        segment.spoken();
        this.#expectEnd();
      },
    });
  }

  write(text: string): void {
    this.stayAwake();
    this.#turn.wrote(text.length);
    this.#link.write(text);
  }

  flush(): void {
    this.stayAwake();
    this.#hasFlushed = true;
    this.#turn.flushed();
    this.#link.flush();
  }

  /** No more text comes; the session is closed when what it has is spoken. */
  leave(): void {
    this.#mustLeave = true;
    this.#link.leave();
    this.#expectEnd();
  }

  /** Closes the session at once. */
  stop(): void {
    this.#link.stop();
  }

  /** Waits for a slot, opens the session and follows it to its close. Rejects with a typed error. */
  async run(): Promise<void> {
    const { account, signal } = this.#options;
    const stopListening = account.onContention(() => this.#askToLeave());
    try {
      await account.inSlot(async () => {
        // Those who wait already will not ask again.
        this.#mustLeave ||= account.contended;
        this.#limitLife();
        await this.#link.run();
      }, { signal, clock: this.#options.clock });
    } finally {
      stopListening();
      this.#ended.abort(RESTED);
      this.#stopExpecting();
      this.stayAwake();
      this.#turn.close();
    }
  }

  /** Nothing is to be written at the moment. If that lasts, the turn is ended, and the session with it or after it; `idled` is asked first, and may refuse. */
  rest(idled: () => boolean): void {
    if (this.#resting !== undefined || !this.isReady) return;
    const { clock, limits } = this.#options;
    this.#resting = callAfter(clock, Math.min(IDLE_MS, (limits.idleMs ?? Infinity) / 2), () => {
      this.#resting = undefined;
      if (!idled()) return;
      if (this.#mustLeave || !this.#link.endTurn()) this.leave();
      this.#expectEnd();
    });
  }

  /** There is something to write. */
  stayAwake(): void {
    this.#resting?.();
    this.#resting = undefined;
  }

  /** A turn in which everything was spoken has only to say so: who would write more must not wait long for it. */
  #expectEnd(): void {
    if (!this.#link.isEnding || !this.#turn.isSilent || this.#ending !== undefined) return;
    this.#ending = callAfter(this.#options.clock, END_LIMIT_MS, () => {
      this.#ending = undefined;
      this.stop();
    });
  }

  #stopExpecting(): void {
    this.#ending?.();
    this.#ending = undefined;
  }

  #turnHasEnded(wasAsked: boolean): Promise<void> {
    this.#stopExpecting();
    return this.#turn.turnEnded(wasAsked);
  }

  #askToLeave(): void {
    this.#mustLeave = true;
    this.#options.onMustLeave();
  }

  #limitLife(): void {
    const { clock, limits } = this.#options;
    if (limits.sessionMs === undefined) return;
    void rest(clock, limits.sessionMs * LASTING_SHARE, this.#ended.signal).then(() => {
      if (!this.#ended.signal.aborted) this.#askToLeave();
    });
  }
}
