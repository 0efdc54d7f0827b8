import { TTSError, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { createCaller, type Caller } from "./caller.ts";
import { readScript, type Rest, type Script } from "./read-script.ts";
import { eventsFor, unsupportedWarnings } from "./scripted-request.ts";
import { abortedError, faultFor, formatFor, type ScriptedSettings } from "./scripted-settings.ts";
import { handOn, layOutSpeech, speakText, type Delivery } from "./speak-text.ts";

/** One turn of a session. */
export interface Turn {
  write(text: string): Promise<void>;
  flush(): void;
  end(): void;
  cancel(): void;
  events(): AsyncIterable<SessionEvent>;
}

interface Piece {
  from: number;
  to: number;
  flush: boolean;
  queuedAtMs: number;
}

interface TurnState {
  text: string;
  pieces: Piece[];
  queuedTo: number;
  flushedTo: number;
  spokenTo: number;
  ended: boolean;
  canceled: AbortController;
  /** When it was last told anything. */
  toldAtMs: number;
  /** Wakes whoever waits for a change. */
  changed: () => void;
  change: Promise<void>;
}

/** Starts a turn; its times and offsets count from its own beginning. */
export function createTurn(settings: ScriptedSettings, request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Turn {
  const state = newState(settings.clock.now());
  const stopped = AbortSignal.any([signal, state.canceled.signal]);
  stopped.addEventListener("abort", () => wake(state), { once: true });
  return {
    async write(text) {
      if (state.ended) throw new TTSError("STREAM_CLOSED", `While writing to a session of engine "${settings.id}": the turn was ended. Begin another one.`, { engine: settings.id });
      state.text += text;
      state.toldAtMs = settings.clock.now();
      queueEagerly(settings, state);
      while (!stopped.aborted && state.text.length - state.spokenTo > (settings.options.sessionCharacters ?? 2000) && state.pieces.length > 0) await state.change;
    },
    flush: () => queueFlush(settings, state),
    end() {
      queueFlush(settings, state);
      state.ended = true;
      wake(state);
    },
    cancel: () => state.canceled.abort(),
    events() {
      const caller = createCaller(stopped);
      return readScript(turnEvents(settings, request, state, { signal, caller }), { clock: settings.clock, caller });
    },
  };
}

function newState(toldAtMs: number): TurnState {
  const state: TurnState = {
    text: "",
    pieces: [],
    queuedTo: 0,
    flushedTo: 0,
    spokenTo: 0,
    ended: false,
    canceled: new AbortController(),
    toldAtMs,
    changed: () => {},
    change: Promise.resolve(),
  };
  wake(state);
  return state;
}

function wake(state: TurnState): void {
  state.changed();
  state.change = new Promise((resolve) => (state.changed = resolve));
}

/** No rest is shorter than this: a smaller one may not move the clock at all. */
const CLOCK_GRAIN_MS = 0.001;

/** Waits for text, and ends a session that gets none for longer than the engine's idle limit, as a server would. */
function* textInTime(settings: ScriptedSettings, state: TurnState): Generator<Rest, void, undefined> {
  const { idleMs = Infinity } = settings.capabilities.limits;
  const ms = Math.max(0, state.toldAtMs + idleMs - settings.clock.now());
  yield { type: "rest", ms, isDeaf: false, or: state.change };
  // Seen from a time that is no whole number, the limit may be reached by less than the clock can tell.
  if (settings.clock.now() < state.toldAtMs + idleMs - CLOCK_GRAIN_MS || state.pieces.length > 0 || state.ended || state.canceled.signal.aborted) return;
  throw new TTSError("CONNECTION", `While talking to a session of engine "${settings.id}": no text came for ${idleMs} ms, which is all it waits. Write, or end the turn, in time.`, { engine: settings.id });
}

function queueFlush(settings: ScriptedSettings, state: TurnState): void {
  if (state.text.length === state.flushedTo) return;
  queuePiece(settings, state, state.text.length, true);
  state.flushedTo = state.text.length;
}

function queueEagerly(settings: ScriptedSettings, state: TurnState): void {
  const { eagerCharacters = Infinity } = settings.options;
  if (state.text.length - state.queuedTo < eagerCharacters) return;
  const words = /^.*\s/su.exec(state.text.slice(state.queuedTo))?.[0].length ?? 0;
  if (words > 0) queuePiece(settings, state, state.queuedTo + words, false);
}

function queuePiece(settings: ScriptedSettings, state: TurnState, to: number, flush: boolean): void {
  state.pieces.push({ from: state.queuedTo, to, flush, queuedAtMs: settings.clock.now() });
  state.queuedTo = to;
  wake(state);
}

function* turnEvents(
  settings: ScriptedSettings,
  request: Omit<SynthesisRequest, "text">,
  state: TurnState,
  { signal, caller }: { signal: AbortSignal; caller: Caller },
): Script<SessionEvent> {
  const format = formatFor(settings, request.format);
  const events = eventsFor(settings, { format }, undefined);
  const place = { frames: 0, madeMs: 0 };
  yield* handOn<SessionEvent>(settings, undefined, [{ type: "start", format }, ...unsupportedWarnings(settings, request)]);
  for (;;) {
    const piece = state.pieces[0];
    if (state.canceled.signal.aborted) return;
    if (signal.aborted) throw abortedError(settings, signal.reason);
    if (piece === undefined && state.ended) break;
    if (piece === undefined) yield* textInTime(settings, state);
    else yield* speakPiece(piece);
  }
  yield* handOn<SessionEvent>(settings, undefined, [{ type: "usage", characters: state.text.length }]);

  function* speakPiece(piece: Piece): Script<SessionEvent> {
    const pieceRequest: SynthesisRequest = { ...request, text: state.text.slice(piece.from, piece.to) };
    const fault = faultFor(settings, pieceRequest);
    const entry = settings.log.start(pieceRequest, settings.clock.now());
    const speech = layOutSpeech(settings, pieceRequest, format);
    const madeFromMs = Math.max(piece.queuedAtMs + (settings.options.startMs ?? 0), place.madeMs);
    const delivery: Delivery = { entry, events, caller, fault, madeFromMs, textBase: piece.from, frameBase: place.frames };
    try {
      yield* speakText(settings, speech, delivery);
      yield* handOn(settings, undefined, events.flush());
      settings.log.end(entry, "finished", settings.clock.now());
    } catch (error) {
      settings.log.end(entry, caller.isGone ? "aborted" : "failed", settings.clock.now());
      if (!state.canceled.signal.aborted) throw error;
      return;
    } finally {
      settings.log.end(entry, caller.isGone ? "aborted" : "returned", settings.clock.now());
    }
    // Not those of the speech: a fault may have ended it early, or kept it silent, and what follows begins where its audio ends.
    place.frames += Math.round((entry.audioMs * format.sampleRate) / 1000);
    place.madeMs = settings.clock.now();
    state.pieces.shift();
    state.spokenTo = piece.to;
    wake(state);
    if (piece.flush) yield* handOn<SessionEvent>(settings, undefined, [{ type: "flushed", through: piece.to }]);
  }
}
