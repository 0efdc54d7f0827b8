import type { PollyClient, PollyClientConfig } from "@aws-sdk/client-polly";
import { createInactivityWatch } from "../transport/inactivity.ts";
import type { PollyOptions } from "./polly-options.ts";
import { loadPollySdk, silent, type PollySdk } from "./polly-sdk.ts";

/** AWS's client, held for the time of one request. */
export interface PollyLease {
  readonly sdk: PollySdk;
  readonly client: PollyClient;
  /** The request is over. */
  release(): void;
  /** Its connection seems to be dead: the next request gets another. Those under way on it go on. */
  retire(): void;
}

/**
 * Requests go over HTTP/1.1, by connections that are kept: over one shared HTTP/2 connection a broken request takes all others along, and Node 20's HTTP/2
 * client was seen to crash the process when many answers were refused at once. Two-way streams need HTTP/2; each has a connection of its own.
 */
export type PollyWay = "request" | "two-way";

/** The engine's clients: one at a time for each way. */
export interface PollyConnection {
  lease(way?: PollyWay): Promise<PollyLease>;
  /** Looks for credentials as a request does. What was found is kept, and renewed by AWS's client when it expires. */
  credentials(): Promise<unknown>;
  /** Closes every connection. May be called twice. */
  close(): void;
}

interface Held {
  readonly client: PollyClient;
  uses: number;
  isRetired: boolean;
}

/** A connection that nobody uses is closed after so long: on the way there may be somebody who forgets it without a word. */
const KEEP_MS = 60_000;

/** Makes the clients of one engine. Nothing is loaded before the first lease. */
export function createPollyConnection(options: PollyOptions, load: () => Promise<PollySdk> = loadPollySdk): PollyConnection {
  const sets: Readonly<Record<PollyWay, ClientSet>> = { request: new ClientSet(options, "request"), "two-way": new ClientSet(options, "two-way") };
  const ready = loadOnce(load);
  return {
    async lease(way = "request") {
      const sdk = await ready();
      const clients = sets[way];
      const held = clients.take(sdk);
      let isReleased = false;
      return {
        sdk,
        client: held.client,
        release() {
          if (isReleased) return;
          isReleased = true;
          clients.give(held);
        },
        retire: () => clients.retire(held),
      };
    },
    async credentials() {
      const clients = sets.request;
      const held = clients.take(await ready());
      try {
        return await held.client.config.credentials();
      } finally {
        clients.give(held);
      }
    },
    close() {
      sets.request.close();
      sets["two-way"].close();
    },
  };
}

/** What failed to load is tried again: it may be installed by then. */
function loadOnce(load: () => Promise<PollySdk>): () => Promise<PollySdk> {
  let loading: Promise<PollySdk> | undefined;
  return async () => {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
}

/** The client that requests get, and those that are retired but still in use. */
class ClientSet {
  readonly #options: PollyOptions;
  readonly #way: PollyWay;
  readonly #watch = createInactivityWatch();
  readonly #all = new Set<Held>();
  #current: Held | undefined;
  #found: Pick<PollyClientConfig, "region" | "credentials"> = {};

  constructor(options: PollyOptions, way: PollyWay) {
    this.#options = options;
    this.#way = way;
  }

  take(sdk: PollySdk): Held {
    this.#watch.rest();
    const held = (this.#current ??= this.#open(sdk));
    held.uses += 1;
    return held;
  }

  give(held: Held): void {
    held.uses -= 1;
    this.#drop(held);
    const isIdle = [...this.#all].every(({ uses }) => uses === 0);
    if (isIdle) this.#watch.expect(KEEP_MS, () => this.#current?.client.config.requestHandler.destroy?.());
  }

  retire(held: Held): void {
    if (this.#current === held) this.#current = undefined;
    held.isRetired = true;
    this.#drop(held);
  }

  close(): void {
    this.#watch.close();
    for (const { client } of this.#all) client.destroy();
    this.#all.clear();
    this.#current = undefined;
  }

  #open({ PollyClient, createHttpHandler }: PollySdk): Held {
    const requestHandler = this.#way === "request" ? createHttpHandler?.() : undefined;
    const client = new PollyClient({ ...(requestHandler === undefined ? {} : { requestHandler }), ...clientConfig(this.#options, requestHandler === undefined), ...this.#found });
    // What AWS's chain has found is found for good: it may have asked the machine's own services.
    this.#found = { region: client.config.region, credentials: client.config.credentials };
    const held = { client, uses: 0, isRetired: false };
    this.#all.add(held);
    return held;
  }

  #drop(held: Held): void {
    if (!held.isRetired || held.uses > 0) return;
    this.#all.delete(held);
    held.client.destroy();
  }
}

function clientConfig({ region, credentials, profile, endpoint, clientConfig: more = {} }: PollyOptions, isShared: boolean): PollyClientConfig {
  return {
    // By default AWS's client opens a connection for each request, with all its handshakes.
    ...(isShared ? { requestHandler: { disableConcurrentStreams: false } } : {}),
    ...more,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials: credentials as NonNullable<PollyClientConfig["credentials"]> }),
    // Attempts are counted by core, and nothing is said on the console.
    maxAttempts: 1,
    logger: silent,
  };
}
