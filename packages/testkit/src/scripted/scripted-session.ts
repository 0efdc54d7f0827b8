import { TTSError, type EngineSession, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { createTurn, type Turn } from "./session-turn.ts";
import { abortedError, validateRequest, type ScriptedSettings } from "./scripted-settings.ts";

/** Opens a conversation: text is spoken at each flush, or as soon as `eagerCharacters` are there. */
export function openScriptedSession(settings: ScriptedSettings, request: Omit<SynthesisRequest, "text">, signal: AbortSignal): EngineSession {
  if (signal.aborted) throw abortedError(settings, signal.reason);
  validateRequest(settings, request);
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, closing.signal]);
  let turn = createTurn(settings, request, ended);
  const first = turn.events();

  const open = (): Turn => {
    if (ended.aborted) throw new TTSError("STREAM_CLOSED", `While talking to a session of engine "${settings.id}": it was closed. Open a new one.`, { engine: settings.id });
    return turn;
  };
  return {
    events: first,
    nextTurn(): AsyncIterable<SessionEvent> {
      open().cancel();
      turn = createTurn(settings, request, ended);
      return turn.events();
    },
    write: async (text) => open().write(text),
    flush: async () => open().flush(),
    end: async () => open().end(),
    cancel: async () => turn.cancel(),
    close: async () => closing.abort(),
  };
}
