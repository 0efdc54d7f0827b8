import type { Capabilities, Engine } from "@parlando/engine";
import PQueue from "p-queue";
import { CostEstimate } from "./cost-estimate.ts";

/** Requests at once for an engine that declares no limit. */
const DEFAULT_CONCURRENCY = 4;

/** What the streams of one engine instance share, and what outlives each of them: slots, and what calls cost. */
export class EngineAccount {
  readonly concurrency: number;
  readonly #slots: PQueue;
  readonly #estimates = new Map<string, CostEstimate>();
  readonly #contentionListeners = new Set<() => void>();
  #waiting = 0;

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
      if (this.contended) for (const listener of this.#contentionListeners) listener();
      return await running;
    } finally {
      leaveLine();
      signal.removeEventListener("abort", leaveLine);
    }
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
