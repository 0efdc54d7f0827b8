import { TTSError, type Engine, type EngineSession, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import type { Clock } from "../clock.ts";
import { FairShare } from "../fair-share.ts";
import { calledOff } from "./called-off.ts";
import { asEngineError } from "./engine-events.ts";
import { stopWithin, untilAllowed } from "./engine-waits.ts";
import type { TimeLimits } from "./time-limits.ts";
import { TrickleWatch } from "./trickle.ts";
import { createWatchdog, type OpenWait, type Watchdog } from "./watchdog.ts";

/** Who follows a session. */
export interface SessionListener {
  /** What the session says; awaited before the next is asked for. What it throws ends the session. */
  event(event: SessionEvent): void | Promise<void>;
  /** A turn is over; another may follow. Throws when it should not have been. */
  turnEnded(wasAsked: boolean): void | Promise<void>;
  /** The session was waited for since `sinceMs` of the clock; once for each event. */
  waited(sinceMs: number): void;
  /** Resolves when the session may be read on. */
  mayPull(): Promise<void> | undefined;
  /** Whether somebody who has heard nothing yet waits for what comes. */
  isUrgent(): boolean;
  /** How long who listens can do without what comes, in milliseconds. */
  slackMs(): number;
  /** Since when audio is owed; undefined when none is. */
  owedSinceMs(): number | undefined;
  /** It can take more text now. */
  ready(): void;
}

/** What {@link SessionLink} needs. */
export interface SessionLinkOptions {
  readonly limits: TimeLimits;
  readonly engine: Engine;
  readonly request: Omit<SynthesisRequest, "text">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly listener: SessionListener;
  /** Whether somebody waits for its slot. */
  readonly isAwaited?: (() => boolean) | undefined;
}

/** Something to do with a session, once what was asked before it is done. */
type Step = (session: EngineSession) => Promise<void>;

/** One session from its opening to its close: what is asked of it goes out in order, what it says comes in as it may be read. */
export class SessionLink {
  readonly #options: SessionLinkOptions;
  readonly #own = new AbortController();
  readonly #steps: Step[] = [];
  readonly #trickle: TrickleWatch;
  #session: EngineSession | undefined;
  #failure: { readonly error: unknown } | undefined;
  #canceled: Promise<void> | undefined;
  #busySinceMs: number | undefined;
  /** Resolves when there is something to do in a turn that has not begun. */
  #begin: () => void = () => undefined;
  #isTurnOpen = false;
  /** A turn has ended, and the next has not begun. */
  #isResting = false;
  #hasRefusedEnd = false;
  #isEnding = false;
  #isLeaving = false;
  #isOver = false;

  constructor(options: SessionLinkOptions) {
    this.#options = options;
    this.#trickle = new TrickleWatch({ limits: options.limits, engine: options.engine.id });
  }

  /** Open, and done with what it was asked: more text may be written. */
  get isReady(): boolean {
    return this.#session !== undefined && this.#busySinceMs === undefined && !this.#isEnding && !this.#isLeaving && !this.#isOver;
  }

  /** It was told that no more text comes in this turn, which has not ended yet. */
  get isEnding(): boolean {
    return this.#isEnding && this.#isTurnOpen;
  }

  write(text: string): void {
    this.#do((session) => session.write(text));
  }

  flush(): void {
    this.#do((session) => session.flush());
  }

  /** No more text comes in this turn. False where it is not open, or no other could follow on the same session: then nothing was done. */
  endTurn(): boolean {
    if (!this.#isTurnOpen || this.#session?.nextTurn === undefined) return false;
    this.#end();
    return true;
  }

  /** No more text comes, and the session is closed when its turn is over. */
  leave(): void {
    this.#isLeaving = true;
    this.#end();
    this.#begin();
  }

  /** Closes the session without waiting for anything: nothing of it is wanted any more. */
  stop(): void {
    this.#isLeaving = true;
    this.#own.abort(calledOff());
  }

  /** Opens the session and follows it to its close. Rejects with a typed error; stopped from here, it resolves. Once only. */
  async run(): Promise<void> {
    const { engine, clock, signal } = this.#options;
    const callOff = (): void => this.#own.abort(signal.reason);
    signal.addEventListener("abort", callOff, { once: true });
    if (signal.aborted) callOff();
    const owedSinceMs = (): number | undefined => (this.#session === undefined ? Number.NEGATIVE_INFINITY : this.#owedSinceMs());
    const watchdog = createWatchdog({ clock, limits: this.#options.limits, engine: engine.id, signal: this.#own.signal, owedSinceMs });
    try {
      await this.#follow(watchdog);
    } catch (error) {
      if (signal.aborted) throw new TTSError("ABORTED", "The session was called off.", { engine: engine.id, cause: signal.reason });
      if (this.#failure !== undefined || !this.#own.signal.aborted) throw asEngineError(this.#failure === undefined ? error : this.#failure.error, engine.id);
    } finally {
      this.#isOver = true;
      watchdog.stop();
      signal.removeEventListener("abort", callOff);
      await this.#close();
    }
  }

  async #follow(watchdog: Watchdog): Promise<void> {
    const { listener } = this.#options;
    const { signal } = this.#own;
    signal.throwIfAborted();
    const session = await watchdog.guard(this.#open());
    this.#session = session;
    void this.#work(session);
    let events = session.events;
    for (;;) {
      await this.#untilBegun(watchdog);
      if (this.#isLeaving && !this.#isTurnOpen) return;
      if (this.#isResting && session.nextTurn !== undefined) {
        events = session.nextTurn();
        this.#isResting = false;
        void this.#work(session);
      }
      await this.#readTurn(events, watchdog);
      await listener.turnEnded(this.#isEnding && !this.#hasRefusedEnd);
      this.#isTurnOpen = false;
      if (!this.#isEnding || this.#isLeaving || session.nextTurn === undefined) return;
      this.#isEnding = false;
      this.#isResting = true;
      listener.ready();
    }
  }

  /** A session that comes when nobody waits for it any more is closed at once. */
  #open(): Promise<EngineSession> {
    const { engine, request } = this.#options;
    const opening = (async () => {
      const session = await engine.openSession?.(request, this.#own.signal);
      if (session === undefined) throw new TTSError("UNSUPPORTED", `The engine "${engine.id}" declares that it takes text as it comes, but it has no openSession().`, { engine: engine.id });
      return session;
    })();
    opening.then(
      (session) => {
        if (this.#isOver || this.#own.signal.aborted) void stopWithin(this.#options.clock, [() => session.close()], { isQuiet: true });
      },
      () => undefined,
    );
    return opening;
  }

  /** Nothing is read before there is something to speak: some sessions end when they are read too early. */
  async #untilBegun(watchdog: Watchdog): Promise<void> {
    if (this.#isTurnOpen || this.#isLeaving) return;
    await watchdog.guard(new Promise<void>((resolve) => (this.#begin = resolve)));
  }

  async #readTurn(events: AsyncIterable<SessionEvent>, watchdog: Watchdog): Promise<void> {
    const iterator = events[Symbol.asyncIterator]();
    let hasEnded = false;
    try {
      await watchdog.follow((wait) => this.#readEvents(iterator, wait, () => watchdog.hasBegun()));
      hasEnded = true;
    } finally {
      if (!hasEnded) {
        if (!this.#isWhole) this.#cancel();
        // Not awaited here: the close waits for everything that has to stop.
        void (async () => await iterator.return?.())().catch(() => undefined);
      }
    }
  }

  /** Passes event after event on until the turn ends. What was given up meanwhile passes nothing on. */
  async #readEvents(iterator: AsyncIterator<SessionEvent>, wait: OpenWait, begun: () => void): Promise<void> {
    const { clock, listener } = this.#options;
    const { signal } = this.#own;
    const trickle = this.#trickle;
    const share = new FairShare(clock);
    trickle.turnBegins();
    for (;;) {
      const held = listener.mayPull();
      if (held !== undefined) await untilAllowed(held, signal);
      const askedAtMs = clock.now();
      wait.begin(askedAtMs, trickle.unbegunMs);
      const result = await iterator.next();
      wait.end();
      if (signal.aborted || this.#isOver) return;
      listener.waited(askedAtMs);
      if (result.done === true) return;
      // A session may wait for its writer: only what is owed counts.
      const owedSinceMs = this.#owedSinceMs();
      trickle.came(result.value, owedSinceMs === undefined ? 0 : Math.max(0, clock.now() - Math.max(askedAtMs, owedSinceMs)));
      if (trickle.hasBegun) begun();
      const isUrgent = listener.isUrgent();
      if (share.mustWait(isUrgent)) {
        await share.free(isUrgent, listener.slackMs());
        if (signal.aborted || this.#isOver) return;
      }
      const passedOn = listener.event(result.value);
      if (passedOn !== undefined) await passedOn;
      if (signal.aborted || this.#isOver) return;
    }
  }

  /** Since when the session has to take what it was given, or owes audio. */
  #owedSinceMs(): number | undefined {
    return earliest(this.#busySinceMs, this.#options.listener.owedSinceMs());
  }

  #end(): void {
    if (this.#isEnding || !this.#isTurnOpen) return;
    this.#isEnding = true;
    this.#do(async (session) => {
      // What was flushed may come all the same: the events tell.
      await session.end().catch(() => (this.#hasRefusedEnd = true));
    });
  }

  #do(step: Step): void {
    if (this.#isOver) return;
    this.#steps.push(step);
    this.#busySinceMs ??= this.#options.clock.now();
    if (!this.#isTurnOpen) {
      this.#isTurnOpen = true;
      this.#begin();
    }
    if (this.#session !== undefined && this.#steps.length === 1 && !this.#isResting) void this.#work(this.#session);
  }

  /** One thing after the other, each when the one before it was taken. */
  async #work(session: EngineSession): Promise<void> {
    try {
      for (let step = this.#steps[0]; step !== undefined && !this.#own.signal.aborted; step = this.#steps[0]) {
        await step(session);
        this.#steps.shift();
        this.#busySinceMs = this.#steps.length === 0 ? undefined : this.#options.clock.now();
      }
      if (!this.#own.signal.aborted) this.#options.listener.ready();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver || this.#own.signal.aborted) return;
    this.#failure = { error };
    this.#own.abort(error);
  }

  /** Everything that was written is spoken, and the session knows that no more comes. */
  get #isWhole(): boolean {
    return this.#isEnding && this.#busySinceMs === undefined && this.#options.listener.owedSinceMs() === undefined;
  }

  #cancel(): void {
    const session = this.#session;
    if (session !== undefined) this.#canceled ??= (async () => await session.cancel())().catch(() => undefined);
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#steps.length = 0;
    if (session === undefined) {
      this.#own.abort(calledOff());
      return;
    }
    await stopWithin(this.#options.clock, [() => this.#canceled ?? Promise.resolve(), () => session.close()], { isQuiet: this.#options.signal.aborted && !this.#options.isAwaited?.() });
    this.#own.abort(calledOff());
  }
}

function earliest(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined || second === undefined ? (first ?? second) : Math.min(first, second);
}
