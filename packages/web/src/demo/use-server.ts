import { TTSError } from "@parlando/engine";
import { useCallback, useEffect, useMemo, useState } from "react";
import { createServerDoor, type ServedModel, type ServedVoice, type ServerDoor } from "./server-door.ts";

/** How the page stands with its server. */
export interface ServerState {
  readonly address: string;
  readonly door: ServerDoor;
  readonly status: "opening" | "locked" | "open" | "unreachable";
  /** Why it is locked or unreachable, where there is more to say. */
  readonly message: string | undefined;
  readonly hasKeys: boolean;
  readonly models: readonly ServedModel[];
  /** Tries again, with a key where one is given. */
  retry(key?: string): void;
}

type Answer = Pick<ServerState, "status" | "message" | "models">;

const opening: Answer = { status: "opening", message: undefined, models: [] };

/** Asks the server that the page came from what it has. */
export function useServer(): ServerState {
  const address = useMemo(() => new URL(".", location.href).href, []);
  const [door] = useState(() => createServerDoor(address));
  const [answer, setAnswer] = useState<Answer>(opening);
  const [attempt, setAttempt] = useState({ count: 0, hasKey: false });

  useEffect(() => {
    const leave = new AbortController();
    door.models(leave.signal).then(
      (models) => setAnswer({ status: "open", message: undefined, models }),
      (error: unknown) => {
        if (!leave.signal.aborted) setAnswer(answerOf(error, attempt.hasKey));
      },
    );
    return () => leave.abort();
  }, [door, attempt]);

  const retry = useCallback((key?: string) => {
    if (key !== undefined) door.bring(key);
    setAnswer(opening);
    setAttempt(({ count, hasKey }) => ({ count: count + 1, hasKey: hasKey || key !== undefined }));
  }, [door]);
  return { address, door, ...answer, hasKeys: attempt.hasKey, retry };
}

function answerOf(error: unknown, wasTried: boolean): Answer {
  const message = error instanceof Error ? error.message : undefined;
  if (TTSError.isInstance(error) && error.code === "AUTHENTICATION") return { status: "locked", message: wasTried ? message : undefined, models: [] };
  return { status: "unreachable", message, models: [] };
}

/** The voices of a model; empty until they have come. */
export function useVoices(door: ServerDoor, model: string | undefined): readonly ServedVoice[] {
  const [held, setHeld] = useState<{ readonly model: string; readonly voices: readonly ServedVoice[] }>();
  useEffect(() => {
    if (model === undefined) return undefined;
    const leave = new AbortController();
    door.voices(model, leave.signal).then((voices) => setHeld({ model, voices }), () => undefined);
    return () => leave.abort();
  }, [door, model]);
  return held?.model === model ? (held?.voices ?? []) : [];
}
