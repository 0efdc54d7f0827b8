import { TTSError, type Capabilities, type Engine, type EngineSession, type SessionEvent } from "@parlando/engine";
import { check, rethrow } from "../../fail.ts";
import { rejectionOf, within } from "../within.ts";
import { describeError } from "./abort-checks.ts";
import type { EngineCheck, EngineCheckContext } from "./engine-check.ts";
import { readAudio } from "./read-audio.ts";

const incremental = (_: Engine, capabilities: Capabilities): boolean => capabilities.input.includes("incremental");

/** So much text is written without reading events before a session must have held the writer back. */
const boundCharacters = 100_000;
/** A write that has not been answered for so long is held back. */
const heldMs = 300;

/** Conversations: text as it comes. */
export const sessionChecks: readonly EngineCheck[] = [
  {
    name: "session: speaks what is written in pieces, and ends after `end()`",
    appliesTo: incremental,
    async run(context) {
      const { texts } = context;
      const { events } = await converse(context, async (session) => {
        for (let at = 0; at < texts.sentences.length; at += 5) await session.write(texts.sentences.slice(at, at + 5));
        await session.end();
      });
      const start = events[0];
      check(start?.type === "start", `The first event of a turn is ${start === undefined ? "missing" : `"${start.type}"`}; it must be "start".`);
      check(events.filter((event) => event.type === "start").length === 1, "More than one start event came in one turn.");
      check(audioOf(events).bytes > 0, "A turn with text gave no audio.");
    },
  },
  {
    name: "session: answers each flush with the offset reached, after its audio",
    appliesTo: incremental,
    async run(context) {
      const { short, sentences } = context.texts;
      const { events } = await converse(context, async (session) => {
        await session.write(`${short} `);
        await session.flush();
        await session.write(sentences);
        await session.flush();
        await session.end();
      });
      const offsets = events.flatMap((event) => (event.type === "flushed" ? [event.through] : []));
      const expected = [short.length + 1, short.length + 1 + sentences.length];
      check(JSON.stringify(offsets) === JSON.stringify(expected), `Two flushes, at ${expected.join(" and ")}, were answered with ${offsets.length === 0 ? "nothing" : offsets.join(", ")}.`);
      const first = events.findIndex((event) => event.type === "flushed");
      check(audioOf(events.slice(0, first)).bytes > 0, "The first segment's audio did not come before its `flushed`.");
      check(!events.slice(events.findLastIndex((event) => event.type === "flushed")).some((event) => event.type === "audio" || event.type === "pcm"), "Audio came after the last `flushed`.");
    },
  },
  {
    name: "session: makes no segment of a flush with nothing written",
    appliesTo: incremental,
    async run(context) {
      const { events } = await converse(context, async (session) => {
        await session.flush();
        await session.write(context.texts.short);
        await session.flush();
        await session.flush();
        await session.end();
      });
      const flushed = events.filter((event) => event.type === "flushed").length;
      check(flushed === 1, `One segment was flushed, with empty flushes before and after it, and ${flushed} \`flushed\` came.`);
    },
  },
  {
    name: "session: ends a turn without text",
    appliesTo: incremental,
    async run(context) {
      const { events, error } = await converse(context, (session) => session.end(), { mayFail: true });
      check(error === undefined || TTSError.isInstance(error), `A turn without text failed with ${describeError(error)}.`);
      check(!events.some((event) => event.type === "flushed"), "A turn without text told of a segment.");
    },
  },
  {
    name: "session: counts times and offsets of marks from the start of the turn",
    appliesTo: (engine, capabilities) => incremental(engine, capabilities) && capabilities.marks.length > 0,
    run: checkTurnMarks,
  },
  {
    name: "session: holds the writer back while nothing is read",
    appliesTo: incremental,
    async run(context) {
      const { session, controller } = await open(context);
      const text = `${context.texts.sentences} `;
      let held = false;
      for (let written = 0; written < boundCharacters && !held; written += text.length) {
        const writing = session.write(text).then(() => session.flush());
        writing.catch(() => {});
        held = (await rejectionOf(within(writing, heldMs, "The answer to `write`"))) !== undefined;
      }
      controller.abort();
      await within(session.close(), context.stopMs, "The end of `close()` of a session whose writer waits");
      check(held, `${boundCharacters} characters were written while no event was read, and \`write\` never waited: nothing bounds what is kept.`);
    },
  },
  {
    name: "session: stops when it is canceled",
    appliesTo: incremental,
    async run(context) {
      const { error, after } = await interrupt(context, (session) => session.cancel());
      check(error === undefined || TTSError.isInstance(error), `After \`cancel()\` the events failed with ${describeError(error)}; end them, or throw ABORTED.`);
      check(after <= 1, `After \`cancel()\` ${after} events came; one at most may be under way.`);
    },
  },
  {
    name: "session: ends with its signal",
    appliesTo: incremental,
    async run(context) {
      const { error, after, session, reason } = await interrupt(context, async (_, controller) => controller.abort());
      check(error !== undefined, "The signal was aborted, and the events ended as if all were well.");
      check(error === reason || (TTSError.isInstance(error) && error.code === "ABORTED"), `The signal was aborted, and the events failed with ${describeError(error)}; throw ABORTED, or the signal's reason.`);
      check(after <= 1, `After the signal was aborted ${after} events came; one at most may be under way.`);
      await checkRefusesText(session, context, "After its signal was aborted");
    },
  },
  {
    name: "session: closes twice, and takes no text after that",
    appliesTo: incremental,
    async run(context) {
      const { session } = await open(context);
      for (let round = 0; round < 2; round += 1) await within(session.close(), context.stopMs, "The end of `close()`");
      await checkRefusesText(session, context, "After `close()`");
    },
  },
  {
    name: "session: counts another turn from its own start",
    appliesTo: incremental,
    run: checkNextTurn,
  },
];

async function checkTurnMarks(context: EngineCheckContext): Promise<void> {
  const { short, sentences } = context.texts;
  const { events } = await converse(context, async (session) => {
    await session.write(`${short} `);
    await session.flush();
    await session.write(sentences);
    await session.end();
  });
  const text = `${short} ${sentences}`;
  const { durationMs = Infinity } = audioOf(events);
  const latest = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "mark") continue;
    const { kind, timeMs, textStart, textEnd, value } = event.mark;
    check(timeMs >= (latest.get(kind) ?? 0), `A ${kind} mark at ${timeMs} ms comes after one at ${latest.get(kind)} ms: times count from the start of the turn.`);
    latest.set(kind, timeMs);
    check(timeMs <= durationMs, `A ${kind} mark lies at ${timeMs} ms of ${Math.round(durationMs)} ms.`);
    check(kind !== "word" || text.slice(textStart, textEnd) === value, `A word mark says ${JSON.stringify(value)}, but it points at ${JSON.stringify(text.slice(textStart, textEnd))} of the turn.`);
  }
  const last = events.findLast((event) => event.type === "mark");
  check(last?.type === "mark" && last.mark.textEnd > short.length + 1, "No mark came for the second segment of the turn.");
}

async function checkNextTurn(context: EngineCheckContext): Promise<void> {
  const { session } = await open(context);
  try {
    const first = readEvents(session.events, context);
    await session.write(context.texts.short);
    await session.end();
    await first;
    if (session.nextTurn === undefined) return;
    const second = readEvents(session.nextTurn(), context);
    await session.write(context.texts.short);
    await session.flush();
    await session.end();
    const { events, error } = await second;
    check(error === undefined, `Another turn failed with ${describeError(error)}.`);
    check(audioOf(events).bytes > 0, "Another turn gave no audio.");
    const offsets = events.flatMap((event) => (event.type === "flushed" ? [event.through] : []));
    check(offsets[0] === context.texts.short.length, `The first flush of another turn was answered with ${offsets[0] ?? "nothing"}; it is at ${context.texts.short.length} of that turn.`);
  } finally {
    await session.close();
  }
}

async function open({ engine, request, timeoutMs }: EngineCheckContext): Promise<{ session: EngineSession; controller: AbortController }> {
  const controller = new AbortController();
  const { text: _, ...rest } = request();
  const session = await within(Promise.resolve(engine.openSession?.(rest, controller.signal)), timeoutMs, "The opening of a session");
  check(session !== undefined, "The engine declares incremental input but has no `openSession`.");
  return { session, controller };
}

interface TurnReading {
  events: readonly SessionEvent[];
  error: unknown;
}

async function readEvents(events: AsyncIterable<SessionEvent>, { timeoutMs }: EngineCheckContext, onEvent?: (event: SessionEvent) => void): Promise<TurnReading> {
  const all: SessionEvent[] = [];
  const reading = (async () => {
    for await (const event of events) {
      all.push(event);
      onEvent?.(event);
    }
  })();
  const error = await within(reading.then(() => undefined, (thrown: unknown) => thrown ?? "nothing"), timeoutMs, "The end of a turn");
  return { events: all, error };
}

/** Reads a whole turn while the writer writes it, and closes the session. */
async function converse(context: EngineCheckContext, writer: (session: EngineSession) => Promise<void>, options: { mayFail?: boolean } = {}): Promise<TurnReading> {
  const { session } = await open(context);
  try {
    const reading = readEvents(session.events, context);
    reading.catch(() => {});
    await within(writer(session), context.timeoutMs, "The taking of the text of a turn");
    const turn = await reading;
    if (turn.error !== undefined && options.mayFail !== true) rethrow(turn.error, "A turn");
    return turn;
  } finally {
    await within(session.close(), context.stopMs, "The end of `close()` of a session");
  }
}

/** Does something to a session at its first audio, and tells how its events end. */
async function interrupt(context: EngineCheckContext, action: (session: EngineSession, controller: AbortController) => Promise<void>): Promise<TurnReading & { after: number; session: EngineSession; reason: unknown }> {
  const { session, controller } = await open(context);
  let acted: Promise<void> | undefined;
  let after = 0;
  const reading = readEvents(session.events, { ...context, timeoutMs: context.timeoutMs }, (event) => {
    if (acted) after += 1;
    else if (event.type === "audio" || event.type === "pcm") acted = action(session, controller);
  });
  reading.catch(() => {});
  const writing = session.write(`${context.texts.sentences} ${context.texts.sentences}`).then(() => session.flush());
  writing.catch(() => {});
  const turn = await reading;
  await within(Promise.resolve(acted), context.stopMs, "The interruption of a turn");
  await within(session.close(), context.stopMs, "The end of `close()` of a session");
  return { ...turn, after, session, reason: controller.signal.reason };
}

async function checkRefusesText(session: EngineSession, { texts, stopMs }: EngineCheckContext, when: string): Promise<void> {
  const error = await within(session.write(texts.short).then(() => undefined, (thrown: unknown) => thrown), stopMs, `${when}: the answer to \`write\``);
  check(TTSError.isInstance(error), error === undefined ? `${when}, \`write\` took text.` : `${when}, \`write\` threw ${describeError(error)}; throw a TTSError.`);
}

function audioOf(events: readonly SessionEvent[]): { bytes: number; durationMs: number | undefined } {
  const start = events.find((event) => event.type === "start");
  check(start !== undefined, "No start event came.");
  return readAudio(events.flatMap((event) => (event.type === "flushed" ? [] : [event])), start.format);
}
