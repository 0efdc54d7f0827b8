import type { Capabilities, Engine } from "@parlando/engine";
import PQueue from "p-queue";
import { ArrivalLateness } from "./arrival-lateness.ts";
import { CostEstimate } from "./cost-estimate.ts";

/** Requests at once for an engine that declares no limit. */
const DEFAULT_CONCURRENCY = 4;

/** What the streams of one engine instance share, and what outlives each of them: slots, and what calls cost. */
export class EngineAccount {
  readonly concurrency: number;
  readonly #slots: PQueue;
  readonly #estimates = new Map<string, CostEstimate>();
  readonly #arrivals = new Map<string, ArrivalLateness>();
  readonly #contentionListeners = new Set<() => void>();
  #waiting = 0;
  /** Whoever was in a slot when the line began knows of it; who came later looks at {@link EngineAccount.contended} itself. */
  #toldOfLine = false;

  constructor(capabilities: Capabilities) {
    this.concurrency = Math.max(1, Math.floor(capabilities.limits.concurrency ?? DEFAULT_CONCURRENCY));
    this.#slots = new PQueue({ concurrency: this.concurrency });
  }

  /** Slots that nobody holds or waits for. */
  get freeSlots(): number {
    return Math.max(0, this.concurrency - this.#slots.pending - this.#waiting);
  }

  /** Whether a request waits for a slot. */
  get contended(): boolean {
    return this.#waiting > 0 && this.#slots.pending >= this.concurrency;
  }

  /** Runs `task` in a slot, in the order of asking. The slot is free again when the task has settled; who aborts leaves the line. */
  async inSlot<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    let waits = true;
    const leaveLine = (): void => {
      if (waits) this.#waiting -= 1;
      if (this.#waiting === 0) this.#toldOfLine = false;
      waits = false;
    };
    this.#waiting += 1;
    signal.addEventListener("abort", leaveLine, { once: true });
    try {
      // The signal is not given to the queue: it would free the slot while the engine still works.
      const running = this.#slots.add(() => {
        leaveLine();
        return task();
      });
      this.#tellOfLine();
      return await running;
    } finally {
      leaveLine();
      signal.removeEventListener("abort", leaveLine);
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
