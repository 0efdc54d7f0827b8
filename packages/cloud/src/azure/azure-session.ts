import { TTSError, type EngineSession, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { calledOff, engineClosed } from "../transport/call-context.ts";
import { SessionTurn } from "./session-turn.ts";
import type { AzureService } from "./azure-service.ts";
import { contextOf } from "./azure-settings.ts";
import { buildStreamCall } from "./azure-wire.ts";

/**
 * Opens a conversation over version 2 of the service's socket. The protocol tells no end of a flush within a turn: so each flush is a turn of the
 * service, one after the other on one connection, and its end is the flush's. Text of a flush goes out in the pieces in which it is written.
 */
export async function openAzureSession(service: AzureService, request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession> {
  const call = buildStreamCall(request, service.settings);
  const context = contextOf(service.settings, "speech as text comes");
  if (signal.aborted) throw calledOff(context, signal);
  if (service.isClosed) throw engineClosed(context);
  const sdk = await service.sdk();
  if (signal.aborted) throw calledOff(context, signal);
  let ending: TTSError | undefined;
  let turn = new SessionTurn({ service, sdk, call, context });

  function finish(error: TTSError): void {
    if (ending !== undefined) return;
    ending = error;
    signal.removeEventListener("abort", abort);
    service.active.delete(closeEngine);
    turn.fail(error);
  }
  const abort = (): void => finish(calledOff(context, signal));
  const closeEngine = (): void => finish(engineClosed(context));
  signal.addEventListener("abort", abort, { once: true });
  service.active.add(closeEngine);

  function open(): SessionTurn {
    if (ending === undefined) return turn;
    throw new TTSError("STREAM_CLOSED", `${context.doing}: the session was closed. Open another one.`, { engine: context.engine, cause: ending });
  }
  return {
    events: turn.events,
    nextTurn(): AsyncIterable<SessionEvent> {
      open().cancel();
      turn = new SessionTurn({ service, sdk, call, context });
      return turn.events;
    },
    write: async (text) => open().write(text),
    flush: async () => open().flush(),
    end: async () => open().end(),
    cancel: async () => turn.cancel(),
    close: async () => finish(new TTSError("ABORTED", `${context.doing}: the session was closed before its end.`, { engine: context.engine })),
  };
}
