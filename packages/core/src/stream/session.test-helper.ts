import type { Engine, EngineSession, SessionEvent } from "@parlando/engine";
import { createFakeClock, createScriptedEngine, type FakeClock, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

/** What a session was asked, and when. */
export interface SessionCall {
  readonly session: number;
  readonly call: "open" | "write" | "flush" | "end" | "cancel" | "close" | "nextTurn";
  readonly text?: string | undefined;
  readonly atMs: number;
}

/** Remembers what is asked of the sessions of an engine. */
export function recordSessions<Kind extends Engine>(engine: Kind, clock: FakeClock): { engine: Kind; calls: SessionCall[] } {
  const calls: SessionCall[] = [];
  let opened = 0;
  const openSession = async (...[request, signal]: Parameters<NonNullable<Engine["openSession"]>>): Promise<EngineSession> => {
    const number = opened++;
    const note = (call: SessionCall["call"], text?: string): void => void calls.push({ session: number, call, text, atMs: clock.now() });
    note("open", request.previousText);
    const session = await engine.openSession!(request, signal);
    const { nextTurn } = session;
    return {
      events: session.events,
      ...(nextTurn !== undefined && { nextTurn: (): AsyncIterable<SessionEvent> => (note("nextTurn"), nextTurn()) }),
      write: (text) => (note("write", text), session.write(text)),
      flush: () => (note("flush"), session.flush()),
      end: () => (note("end"), session.end()),
      cancel: () => (note("cancel"), session.cancel()),
      close: () => (note("close"), session.close()),
    };
  };
  // Getters of the engine stay alive.
  return { engine: Object.assign(Object.create(engine) as Kind, { openSession }), calls };
}

/** Sentences by what was written between two flushes, of all sessions. */
export function flushedTexts(calls: readonly SessionCall[]): string[] {
  const texts: string[] = [];
  let text = "";
  for (const { call, text: piece } of calls) {
    if (call === "write") text += piece ?? "";
    if (call !== "flush") continue;
    texts.push(text);
    text = "";
  }
  return texts;
}

/** A stream over a scripted engine that takes text as it comes. */
export interface SessionSetup {
  readonly clock: FakeClock;
  readonly engine: ScriptedEngine;
  readonly calls: SessionCall[];
  readonly stream: SpeechStream;
  readonly chunks: AudioChunk[];
  readonly segments: { text: string; textStart: number; textEnd: number; index: number }[];
}

/** Makes one; without a sink, what is handed out lands in `chunks`. */
export function openSessionStream({ clock = createFakeClock(), ...options }: StreamOptions & { clock?: FakeClock } = {}, script: ScriptedEngineOptions = {}): SessionSetup {
  const recorded = recordSessions(createScriptedEngine({ clock, input: ["segment", "incremental"], startMs: 50, realTimeFactor: 0.1, ...script }), clock);
  const chunks: AudioChunk[] = [];
  const segments: SessionSetup["segments"] = [];
  const taker: StreamOptions = options.sink === undefined && options.onChunk === undefined ? { onChunk: (chunk) => void chunks.push(chunk) } : {};
  const stream = createSpeechStream({ engines: [{ engine: recorded.engine }], clock }, { onSegment: (segment) => void segments.push(segment), ...taker, ...options });
  return { clock, ...recorded, stream, chunks, segments };
}

/** All samples that were handed out. */
export function samplesOf(chunks: readonly AudioChunk[]): Float32Array {
  return Float32Array.from(chunks.flatMap((chunk) => [...chunk.samples]));
}

/** Feeds a text token by token: words with the space before them, as language models write. */
export async function feedTokens(stream: SpeechStream, text: string, { clock, everyMs }: { clock: FakeClock; everyMs: number }): Promise<void> {
  for (const token of text.match(/\s*\S+/gu) ?? []) {
    await stream.feed(token);
    await clock.sleep(everyMs);
  }
}
