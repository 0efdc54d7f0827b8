import { TTSError, type EngineEvent } from "@parlando/engine";
import { check } from "../../fail.ts";
import { pause, within } from "../within.ts";
import { describeError } from "./abort-checks.ts";
import type { EngineCheck, EngineCheckContext } from "./engine-check.ts";
import { segments } from "./event-checks.ts";
import { watchResources } from "./watch-resources.ts";

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
    run: checkNothingLeft,
  },
];

async function checkNothingLeft({ texts, createAnother, request }: EngineCheckContext): Promise<void> {
  const resources = watchResources();
  try {
    await resources.run(async () => {
      const other = await createAnother();
      const events = other.synthesize?.(request({ text: texts.short }), new AbortController().signal);
      for await (const event of events ?? []) if (event.type !== "start") break;
      await other.close();
    });
    for (let waited = 0; resources.left().length > 0 && waited < settleMs; waited += 20) await pause(20);
    check(resources.left().length === 0, `${settleMs} ms after \`close()\` these are still there: ${resources.left().join(", ")}.`);
  } finally {
    resources.stop();
  }
}
