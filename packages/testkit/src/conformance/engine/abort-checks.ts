import { getEventListeners } from "node:events";
import { TTSError, type EngineEvent } from "@parlando/engine";
import { check } from "../../fail.ts";
import { rejectionOf, within } from "../within.ts";
import type { EngineCheck, EngineCheckContext, Reading } from "./engine-check.ts";
import { segments } from "./event-checks.ts";

const isAudio = (event: EngineEvent): boolean => event.type === "audio" || event.type === "pcm";

/** Being called off, at every stage. */
export const abortChecks: readonly EngineCheck[] = [
  {
    name: "makes nothing for a request that was called off before it began",
    appliesTo: segments,
    async run({ read }) {
      const controller = new AbortController();
      controller.abort();
      const { events, error } = await read({}, { signal: controller.signal });
      check(!events.some(isAudio), `The signal was aborted before the request, and ${events.length} events came.`);
      checkCalledOff(error, controller.signal);
    },
  },
  {
    name: "stops when it is called off at its first event",
    appliesTo: segments,
    run: (context) => callOffAfter(context, 1, () => true),
  },
  {
    name: "stops when it is called off in the middle of its audio",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && capabilities.output === "streaming",
    run: (context) => callOffAfter(context, 2, isAudio),
  },
  {
    name: "stops when it is called off while its next event is awaited",
    appliesTo: segments,
    async run({ engine, request, stopMs }) {
      for (const delayMs of [0, 5]) {
        const controller = new AbortController();
        const iterator = engine.synthesize?.(request(), controller.signal)[Symbol.asyncIterator]();
        check(iterator !== undefined, "The engine has no `synthesize`.");
        const first = iterator.next().then(() => undefined, (error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        controller.abort();
        const error = (await within(first, stopMs, "The answer to `next()` after the signal was aborted")) ?? (await drain(iterator, stopMs));
        checkCalledOff(error, controller.signal);
      }
    },
  },
  {
    name: "stops when its reader leaves",
    appliesTo: segments,
    async run({ engine, request, stopMs }) {
      const iterator = engine.synthesize?.(request(), new AbortController().signal)[Symbol.asyncIterator]();
      check(iterator?.return !== undefined, "The iterator of `synthesize` has no `return`, so a reader cannot leave.");
      await iterator.next();
      await within(iterator.return(), stopMs, "The answer to `return()`");
      const after = await within(iterator.next(), stopMs, "The answer to `next()` after `return()`");
      check(after.done === true, "After `return()` another event came.");
    },
  },
  {
    name: "leaves no listener on the signal",
    appliesTo: segments,
    async run({ read }) {
      const { signal } = new AbortController();
      await read({}, { signal });
      await read({}, { signal, onEvent: () => "leave" });
      const left = getEventListeners(signal, "abort").length;
      check(left === 0, `After two requests ${left} abort listener${left === 1 ? "" : "s"} remain${left === 1 ? "s" : ""} on their signal; one is left for every request of a long-lived signal.`);
    },
  },
];

/** Calls a request off at its n-th event of a kind; then at most one more event may come, and the iterator must throw. */
async function callOffAfter({ read, stopMs }: EngineCheckContext, count: number, counts: (event: EngineEvent) => boolean): Promise<void> {
  const controller = new AbortController();
  let seen = 0;
  let after = 0;
  let abortedAt = Infinity;
  const onEvent = (event: EngineEvent): "leave" | void => {
    if (controller.signal.aborted) after += 1;
    // Enough to know; an engine that ignores the signal need not be heard to its end.
    if (after > 20) return "leave";
    if (counts(event)) seen += 1;
    if (seen < count || controller.signal.aborted) return undefined;
    abortedAt = performance.now();
    controller.abort();
    return undefined;
  };
  const { error }: Reading = await read({}, { signal: controller.signal, onEvent });
  const tookMs = performance.now() - abortedAt;
  check(seen >= count, `Only ${seen} events came before the end; ${count} were awaited.`);
  check(after <= 1, `After the signal was aborted, ${after > 20 ? "more than 20" : after} events came; one at most may be under way.`);
  check(tookMs <= stopMs, `It took ${Math.round(tookMs)} ms to stop after the signal was aborted; ${stopMs} ms are allowed.`);
  checkCalledOff(error, controller.signal);
}

/** What the iterator throws; at most one more event may come before that. */
async function drain(iterator: AsyncIterator<EngineEvent>, stopMs: number): Promise<unknown> {
  for (let events = 0; events < 3; events += 1) {
    let done = false;
    const error = await rejectionOf(within(iterator.next(), stopMs, "The answer to `next()` after the signal was aborted").then((step) => (done = step.done === true)));
    if (error !== undefined || done) return error;
  }
  Promise.resolve(iterator.return?.()).catch(() => {});
  check(false, "After the signal was aborted, more events came.");
}

function checkCalledOff(error: unknown, signal: AbortSignal): void {
  check(error !== undefined, "The signal was aborted, and the iterator ended as if the request had succeeded. It must throw: the end of the iterator is the only sign of success.");
  const typed = TTSError.isInstance(error) && error.code === "ABORTED";
  check(typed || error === signal.reason, `The signal was aborted, and the iterator threw ${describeError(error)}; throw a TTSError with ABORTED, or the signal's reason.`);
}

/** Names an error without showing its message, which may hold anything. */
export function describeError(error: unknown): string {
  if (TTSError.isInstance(error)) return `a TTSError with ${error.code}`;
  return error instanceof Error ? `an untyped ${error.name}` : `a ${typeof error}`;
}
