import { systemClock } from "@parlando/core";
import { createIdentify, type Identify } from "./access/identify.ts";
import { createAdmission } from "./limits/admission-line.ts";
import { resolveLimits } from "./limits/resolve-limits.ts";
import { createRateLimit, type RateLimit } from "./limits/token-bucket.ts";
import { createLog } from "./log/create-log.ts";
import { createPrometheusMetrics } from "./metrics/prometheus-metrics.ts";
import { createHostGuard, type HostGuard } from "./route/host-guard.ts";
import { createOriginGuard, type OriginGuard } from "./route/origin-guard.ts";
import { createScopeShelf, type ScopeShelf } from "./route/scope-shelf.ts";
import type { ServedModels } from "./served-tts.ts";
import { checkOptions } from "./check-options.ts";
import type { ServerOptions } from "./server-options.ts";
import type { ServerServices } from "./services.ts";
import { createModelShelf } from "./speech/model-catalog.ts";
import { createUploadRoom, type UploadRoom } from "./uploads/upload-room.ts";

/** Everything that one server has, and no other. */
export interface ServerState {
  readonly services: ServerServices;
  readonly identify: Identify;
  readonly hosts: HostGuard;
  readonly origins: OriginGuard;
  readonly rate: RateLimit;
  readonly scopes: ScopeShelf;
  readonly uploads: UploadRoom;
  /** Tells all who look at `services.draining`. Only the first call counts. */
  beginDraining(graceMs: number): void;
}

/**
 * Makes the state of a server.
 *
 * @throws TTSError `INVALID_CONFIG` for options that cannot be.
 */
export function createServerState(models: ServedModels, given: ServerOptions): ServerState {
  const options = checkOptions(given);
  const clock = options.clock ?? systemClock;
  const limits = resolveLimits(options.limits);
  const log = createLog(options.log);
  const draining = new AbortController();
  const metrics = createPrometheusMetrics({ clock, running: () => admission.running, waiting: () => admission.waiting });
  const admission = createAdmission({ limits, clock, onWaited: metrics.waited });
  const identify = createIdentify(options);
  const services: ServerServices = {
    options,
    limits,
    highWaterMs: options.highWaterMs ?? 1_000,
    windowMs: options.windowMs ?? 2_000,
    models: createModelShelf(models, { options, clock, log }),
    admission,
    rate: createRateLimit(limits, clock),
    metrics,
    tickets: identify.tickets,
    clock,
    log,
    draining: draining.signal,
  };
  return {
    services,
    identify,
    hosts: createHostGuard(options.hosts),
    origins: createOriginGuard(options.origins),
    rate: services.rate,
    scopes: createScopeShelf(),
    uploads: createUploadRoom(limits),
    beginDraining: (graceMs) => draining.abort({ graceMs }),
  };
}
