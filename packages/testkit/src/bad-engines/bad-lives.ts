import type { Engine } from "@parlando/engine";
import { createScriptedEngine } from "../scripted/scripted-engine.ts";
import { alterSessions, alterTurn, type BadEngine } from "./alter.ts";

const scripted = (change: Partial<Engine> | ((engine: Engine) => Partial<Engine>)) => (): Engine => {
  const engine = createScriptedEngine();
  return { ...engine, ...(typeof change === "function" ? change(engine) : change) };
};

const never = (): Promise<never> => new Promise(() => {});

/** Wrong in what it declares, in its voices and in how it is closed. */
export const badLivedEngines: readonly BadEngine[] = [
  { name: "speaks another contract", create: scripted({ contract: "parlando/0" as "parlando/1" }), caughtBy: ["names the contract and has the methods that its capabilities promise"] },
  { name: "declares sessions and has none", create: scripted((engine) => ({ capabilities: { ...engine.capabilities, input: ["segment", "incremental"] } })), caughtBy: ["names the contract and has the methods that its capabilities promise"] },
  { name: "declares no format", create: scripted((engine) => ({ capabilities: { ...engine.capabilities, formats: [] } })), caughtBy: ["declares well-formed capabilities"] },
  { name: "declares a cost below nothing", create: scripted((engine) => ({ capabilities: { ...engine.capabilities, cost: { startMs: -1, perCharacterMs: 0 } } })), caughtBy: ["declares well-formed capabilities"] },
  { name: "lists voices of another engine", create: scripted({ voices: async () => [{ id: "one", name: "One", engine: "other", languages: ["en"], gender: "unknown" }] }), caughtBy: ["lists well-formed voices"] },
  { name: "lists a voice twice, in no known language", create: scripted({ voices: async () => [1, 2].map(() => ({ id: "one", name: "One", engine: "scripted", languages: ["english_us"], gender: "unknown" as const })) }), caughtBy: ["lists well-formed voices"] },
  { name: "throws when its credentials are looked at", create: scripted({ checkCredentials: () => Promise.reject(new TypeError("no key")) }), caughtBy: ["reports on its credentials without failing"] },
  { name: "warms up for ever", create: scripted({ warmUp: never }), caughtBy: ["warms up, more than once, and stops when that is called off"] },
  { name: "never closes", create: scripted({ close: never }), caughtBy: ["closes, and twice does no harm"] },
  {
    name: "must not be closed twice",
    create: scripted((engine) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new TypeError("closed already");
          closed = true;
          await engine.close();
        },
      };
    }),
    caughtBy: ["closes, and twice does no harm"],
  },
  { name: "goes on after it was closed", create: scripted({ close: async () => {} }), caughtBy: ["stops what it speaks when it is closed", "refuses requests after it was closed"] },
];

/** Wrong in its sessions. */
export const badSessionEngines: readonly BadEngine[] = [
  {
    name: "counts flushes by segment instead of by turn",
    create: () => {
      let before = 0;
      return alterTurn((event) => {
        if (event.type !== "flushed") return [event];
        const through = event.through - before;
        before = event.through;
        return [{ type: "flushed", through }];
      });
    },
    caughtBy: ["session: answers each flush with the offset reached, after its audio"],
  },
  { name: "does not answer a flush", create: () => alterTurn((event) => (event.type === "flushed" ? [] : [event])), caughtBy: ["session: answers each flush with the offset reached, after its audio"] },
  { name: "answers a flush twice", create: () => alterTurn((event) => (event.type === "flushed" ? [event, event] : [event])), caughtBy: ["session: makes no segment of a flush with nothing written"] },
  {
    name: "counts marks by segment instead of by turn",
    create: () => {
      let base = 0;
      return alterTurn((event) => {
        if (event.type === "flushed") base = event.through;
        if (event.type !== "mark") return [event];
        return [{ type: "mark", mark: { ...event.mark, textStart: event.mark.textStart - base, textEnd: event.mark.textEnd - base } }];
      });
    },
    caughtBy: ["session: counts times and offsets of marks from the start of the turn"],
  },
  { name: "says start again at every segment", create: () => alterTurn((event) => (event.type === "flushed" ? [event, { type: "start", format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } }] : [event])), caughtBy: ["session: speaks what is written in pieces, and ends after `end()`"] },
  { name: "never ends a turn", create: () => alterSessions(() => ({ end: async () => {} })), caughtBy: ["session: speaks what is written in pieces, and ends after `end()`", "session: ends a turn without text"] },
  {
    name: "takes any amount of text",
    create: () =>
      alterSessions((session) => ({
        async write(text) {
          session.write(text).catch(() => {});
        },
      })),
    caughtBy: ["session: holds the writer back while nothing is read"],
  },
  { name: "goes on when it is canceled", create: () => alterSessions(() => ({ cancel: async () => {} })), caughtBy: ["session: stops when it is canceled"] },
  {
    name: "takes text after it was closed",
    create: () =>
      alterSessions((session) => ({
        async write(text) {
          await session.write(text).catch(() => {});
        },
      })),
    caughtBy: ["session: closes twice, and takes no text after that", "session: ends with its signal"],
  },
  {
    name: "outlives its signal",
    create: () => {
      const engine = createScriptedEngine({ input: ["segment", "incremental"] });
      return { ...engine, openSession: async (request) => (await engine.openSession?.(request, new AbortController().signal)) ?? never() };
    },
    caughtBy: ["session: ends with its signal"],
  },
];
