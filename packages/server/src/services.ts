import type { Clock } from "@parlando/core";
import type { Admission } from "./limits/admission.ts";
import type { RateLimit } from "./limits/token-bucket.ts";
import type { LimitOptions, ServerOptions } from "./server-options.ts";
import type { LogEntry } from "./log/log-record.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import type { TicketOffice } from "./access/tickets.ts";
import type { ModelShelf } from "./speech/model-shelf.ts";

/** The limits with their defaults. */
export type Limits = { readonly [Name in keyof LimitOptions]-?: NonNullable<LimitOptions[Name]> };

/** What every route works with; made once by `createServer`. */
export interface ServerServices {
  readonly options: ServerOptions;
  readonly limits: Limits;
  /** With defaults: `highWaterMs`, `windowMs`. */
  readonly highWaterMs: number;
  readonly windowMs: number;
  readonly models: ModelShelf;
  readonly admission: Admission;
  /** Of requests: those of routes that are rated are counted around the handler, utterances of a WebSocket when they begin. */
  readonly rate: RateLimit;
  readonly metrics: ServerMetrics;
  /** Makes tickets for browsers, for who has a key. */
  readonly tickets: Pick<TicketOffice, "issue">;
  readonly clock: Clock;
  readonly log: (entry: LogEntry) => void;
  /** Aborted when a drain begins; its reason says until when, as `graceMs`. */
  readonly draining: AbortSignal;
}
