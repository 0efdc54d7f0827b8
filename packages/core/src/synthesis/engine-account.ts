import type { Capabilities, Engine } from "@parlando/engine";
import { LoudnessMeter } from "../audio/loudness.ts";
import { rest, type Clock } from "../clock.ts";
import { ArrivalLateness } from "./arrival-lateness.ts";
import { Circuit } from "./circuit.ts";
import { CostEstimate } from "./cost-estimate.ts";
import { Plausibility } from "./plausibility.ts";
import { outlastStop } from "./engine-waits.ts";
import { ProviderLimit } from "./provider-limit.ts";
import { SlotLine } from "./slot-line.ts";
import { SpeechPace } from "./speech-pace.ts";

/** Requests at once for an engine that declares no limit. */
const DEFAULT_CONCURRENCY = 4;

/** What the streams of one engine instance share, and what outlives each of them: slots, and what calls cost. */
export class EngineAccount {
  readonly concurrency: number;
  /** Whether the engine rests after a failure. */
  readonly circuit: Circuit = new Circuit();
  /** What the provider has said of too many requests. */
  readonly #limit = new ProviderLimit();
  readonly #slots: SlotLine;
  readonly #estimates = new Map<string, CostEstimate>();
  readonly #arrivals = new Map<string, ArrivalLateness>();
  readonly #loudness = new Map<string, LoudnessMeter>();
  readonly #plausibilities = new Map<string, Plausibility>();
  readonly #paces = new Map<string, SpeechPace>();
  readonly #contentionListeners = new Set<() => void>();
  /** Whoever was in a slot when the line began knows of it; who came later looks at {@link EngineAccount.contended} itself. */
  #toldOfLine = false;

  constructor(capabilities: Capabilities) {
    this.concurrency = Math.max(1, Math.floor(capabilities.limits.concurrency ?? DEFAULT_CONCURRENCY));
    this.#slots = new SlotLine(this.concurrency);
  }

  /** Slots that nobody holds or waits for. */
  get freeSlots(): number {
    return Math.max(0, this.#slots.slots - this.#slots.running - this.#slots.waiting);
  }

  /** Whether a request waits for a slot. */
  get contended(): boolean {
    return this.#slots.waiting > 0 && this.#slots.running >= this.#slots.slots;
  }

  /**
   * Runs `task` in a slot, in the order of asking. The slot is free again when the task has settled; who aborts leaves the line. A provider that
   * has asked for a pause gets it; rejects with its error where that would be too long to wait.
   */
  async inSlot<Result>(task: () => Promise<Result>, { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<Result> {
    const turn = this.#slots.enter(signal);
    if (turn !== undefined) await this.#waitInLine(turn, clock);
    let isRunning = false;
    // All of it while it has the slot: who comes next must know of the pause that this one was told to make.
    try {
      for (let pauseMs = this.#limit.pauseMs(clock.now()); pauseMs > 0 && !signal.aborted; pauseMs = this.#limit.pauseMs(clock.now())) await rest(clock, pauseMs, signal);
      isRunning = true;
      const result = await task();
      // How a request ends tells how many may run at once.
      this.#slots.slots = this.#limit.succeeded(this.#slots.slots, this.concurrency);
      return result;
    } catch (error) {
      if (isRunning) this.#slots.slots = this.#limit.failed(error, { concurrency: this.#slots.slots, running: this.#slots.running, nowMs: clock.now() });
      throw error;
    } finally {
      this.#slots.leave();
    }
  }

  async #waitInLine(turn: Promise<void>, clock: Clock): Promise<void> {
    this.#tellOfLine();
    const letEnd = outlastStop(clock);
    try {
      await turn;
    } finally {
      letEnd();
      if (this.#slots.waiting === 0) this.#toldOfLine = false;
    }
  }

  /** Once for each line, and not for each request in it: with many streams that would be all of them for each of them. */
  #tellOfLine(): void {
    if (this.#toldOfLine || !this.contended) return;
    this.#toldOfLine = true;
    for (const listener of this.#contentionListeners) listener();
  }

  /** Calls `listener` when a request has to wait for a slot: streams that are held then let go of theirs. Returns the way to stop it. */
  onContention(listener: () => void): () => void {
    this.#contentionListeners.add(listener);
    return () => this.#contentionListeners.delete(listener);
  }

  /** What is known of the cost of one voice. */
  estimateOf(voice: string | undefined, capabilities: Capabilities): CostEstimate {
    const key = voice ?? "";
    let estimate = this.#estimates.get(key);
    if (estimate === undefined) {
      estimate = new CostEstimate(capabilities.cost, capabilities.output);
      this.#estimates.set(key, estimate);
    }
    return estimate;
  }

  /** How loud one voice is; measured where streams fail over. */
  loudnessOf(voice: string | undefined, sampleRate: number): LoudnessMeter {
    const key = voice ?? "";
    const known = this.#loudness.get(key) ?? new LoudnessMeter(sampleRate);
    known.setRate(sampleRate);
    this.#loudness.set(key, known);
    return known;
  }

  /** What is known of how long the speech of one voice is. */
  plausibilityOf(voice: string | undefined): Plausibility {
    const key = voice ?? "";
    const known = this.#plausibilities.get(key) ?? new Plausibility();
    this.#plausibilities.set(key, known);
    return known;
  }

  /** How fast one voice speaks, as the streams found where its engine tells no words. */
  paceOf(voice: string | undefined): SpeechPace {
    const key = voice ?? "";
    const known = this.#paces.get(key) ?? new SpeechPace();
    this.#paces.set(key, known);
    return known;
  }

  /** How late the audio of one voice was known to come. */
  arrivalOf(voice: string | undefined): ArrivalLateness {
    const key = voice ?? "";
    const arrival = this.#arrivals.get(key) ?? new ArrivalLateness();
    this.#arrivals.set(key, arrival);
    return arrival;
  }
}

const accounts = new WeakMap<Engine, EngineAccount>();

/** The account of an engine instance; the same for all its streams. */
export function accountOf(engine: Engine): EngineAccount {
  let account = accounts.get(engine);
  if (account === undefined) {
    account = new EngineAccount(engine.capabilities);
    accounts.set(engine, account);
  }
  return account;
}

/** What the voice can do: the engine's capabilities, narrowed where the voice does less. */
export function capabilitiesOf(engine: Engine, voice: string | undefined): Capabilities {
  return (voice === undefined ? undefined : engine.capabilitiesOf?.(voice)) ?? engine.capabilities;
}
