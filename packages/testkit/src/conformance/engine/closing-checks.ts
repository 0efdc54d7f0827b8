import { TTSError, type EngineEvent } from "@parlando/engine";
import { check } from "../../fail.ts";
import { pause, within } from "../within.ts";
import { describeError } from "./abort-checks.ts";
import type { EngineCheck } from "./engine-check.ts";
import { segments } from "./event-checks.ts";

/** What an engine may leave for a moment: `close` need not wait for the operating system. */
const settleMs = 2000;

/** Being closed. */
export const closingChecks: readonly EngineCheck[] = [
  {
    name: "closes, and twice does no harm",
    appliesTo: () => true,
    async run({ engine, stopMs, createAnother }) {
      await within(engine.close(), stopMs, "The end of `close()` without any request");
      await within(engine.close(), stopMs, "The end of the second `close()`");
      const other = await createAnother();
      await Promise.all([1, 2].map(() => within(other.close(), stopMs, "The end of two `close()` at once")));
    },
  },
  {
    name: "stops what it speaks when it is closed",
    appliesTo: segments,
    async run({ engine, read, stopMs }) {
      let closing: Promise<void> | undefined;
      let after = 0;
      const onEvent = (event: EngineEvent): "leave" | void => {
        if (closing) after += 1;
        if (after > 20) return "leave";
        if (event.type !== "mark") closing ??= engine.close();
        return undefined;
      };
      const { error } = await read({}, { onEvent });
      await within(Promise.resolve(closing), stopMs, "The end of `close()` during a request");
      check(after <= 1, `After \`close()\` was called, ${after > 20 ? "more than 20" : after} events came; one at most may be under way.`);
      check(TTSError.isInstance(error), error === undefined ? "A request that was cut short by `close()` ended as if it had succeeded." : `A request that was cut short by \`close()\` threw ${describeError(error)}; throw a TTSError.`);
    },
  },
  {
    name: "refuses requests after it was closed",
    appliesTo: segments,
    async run({ engine, read, speak, texts }) {
      await speak({ text: texts.short });
      await engine.close();
      const { events, error } = await read({ text: texts.short });
      check(TTSError.isInstance(error), error === undefined ? `It was closed and spoke all the same (${events.length} events).` : `It threw ${describeError(error)}; throw a TTSError.`);
      check(events.length === 0, `It was closed, and ${events.length} events came before it refused.`);
    },
  },
  {
    name: "leaves no timer, socket or worker behind when it is closed",
    appliesTo: segments,
    async run({ read, texts, createAnother }) {
      const before = countResources();
      const other = await createAnother();
      const events = other.synthesize?.call(other, { text: texts.short, ssml: false, format: other.capabilities.formats[0] ?? { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, marks: [] }, new AbortController().signal);
      for await (const event of events ?? []) if (event.type !== "start") break;
      await other.close();
      let left = leftOver(before);
      for (let waited = 0; left.length > 0 && waited < settleMs; waited += 20) {
        await pause(20);
        left = leftOver(before);
      }
      check(left.length === 0, `After \`close()\` these are still there: ${left.join(", ")}.`);
      await read({ text: texts.short });
    },
  },
];

/** Timers, sockets, workers and the like of this process, by kind. Best effort: a file that is being read does not count. */
function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (!/FS|Immediate|TTY|Random|Zlib/u.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function leftOver(before: ReadonlyMap<string, number>): string[] {
  // The pause that waits for them is a timer itself, but it has ended by now.
  return [...countResources()].flatMap(([kind, count]) => (count > (before.get(kind) ?? 0) ? [`${count - (before.get(kind) ?? 0)} ${kind}`] : []));
}
