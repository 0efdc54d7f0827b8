import { TTSError } from "@parlando/engine";
import { useCallback, useEffect, useMemo, useState } from "react";
import { createServerDoor, type ServedModel, type ServedVoice, type ServerDoor } from "./server-door.ts";
import { watchServer } from "./server-watch.ts";

/** How the page stands with its server. "lost": it was open, and does not answer any more. */
export interface ServerState {
  readonly address: string;
  readonly door: ServerDoor;
  readonly status: "opening" | "locked" | "open" | "lost" | "unreachable";
  /** Why it is locked or unreachable, where there is more to say. */
  readonly message: string | undefined;
  readonly hasKeys: boolean;
  readonly models: readonly ServedModel[];
  /** Tries again, with a key where one is given. */
  retry(key?: string): void;
}

type Answer = Pick<ServerState, "status" | "message" | "models">;

const opening: Answer = { status: "opening", message: undefined, models: [] };

/** How often the server is asked whether it is there, and for how long an answer is waited for. */
const lookEveryMs = 5_000;
const answerMs = 4_000;

/** Asks the server that the page came from what it has, and goes on asking whether it is there. */
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
        if (!leave.signal.aborted) setAnswer((before) => answerOf(error, { before, wasTried: attempt.hasKey }));
      },
    );
    return () => leave.abort();
  }, [door, attempt]);

  const again = useCallback(() => setAttempt(({ count, hasKey }) => ({ count: count + 1, hasKey })), []);
  const lose = useCallback(() => setAnswer((before) => (before.status === "open" ? { ...before, status: "lost" } : before)), []);
  useWatch(door, { isWatched: answer.status === "open" || answer.status === "lost", onLost: lose, onBack: again });

  const retry = useCallback((key?: string) => {
    if (key !== undefined) door.bring(key);
    setAnswer(opening);
    setAttempt(({ count, hasKey }) => ({ count: count + 1, hasKey: hasKey || key !== undefined }));
  }, [door]);
  return { address, door, ...answer, hasKeys: attempt.hasKey, retry };
}

/** Looks after the server while the page is open: what it has is asked for anew when it is back, since another may have taken its place. */
function useWatch(door: ServerDoor, { isWatched, onLost, onBack }: { readonly isWatched: boolean; readonly onLost: () => void; readonly onBack: () => void }): void {
  useEffect(() => {
    if (!isWatched) return undefined;
    const watch = watchServer({
      look: (signal) => door.look(signal),
      onChange: (isThere) => (isThere ? onBack() : onLost()),
      isSeen: () => document.visibilityState === "visible",
      everyMs: lookEveryMs,
      answerMs,
    });
    const { lookNow } = watch;
    document.addEventListener("visibilitychange", lookNow);
    addEventListener("online", lookNow);
    addEventListener("offline", lookNow);
    return () => {
      watch.stop();
      document.removeEventListener("visibilitychange", lookNow);
      removeEventListener("online", lookNow);
      removeEventListener("offline", lookNow);
    };
  }, [door, isWatched, onBack, onLost]);
}

/** What was typed stays where a server is only away. */
function answerOf(error: unknown, { before, wasTried }: { readonly before: Answer; readonly wasTried: boolean }): Answer {
  const message = error instanceof Error ? error.message : undefined;
  if (TTSError.isInstance(error) && error.code === "AUTHENTICATION") return { status: "locked", message: wasTried ? message : undefined, models: [] };
  return before.status === "lost" ? before : { status: "unreachable", message, models: [] };
}

/** The model that was chosen, or the first where there is none of its name: another server may have taken the place of one that was away. */
export function knownModel({ models }: Pick<ServerState, "models">, chosen: string): string {
  return models.some(({ id }) => id === chosen) ? chosen : (models[0]?.id ?? chosen);
}

/** The voices of a model, as far as they are known. */
export interface ListedVoices {
  /** Empty until they have come. */
  readonly voices: readonly ServedVoice[];
  /** Why they could not be listed. */
  readonly problem: string | undefined;
  /** Asks again. */
  retry(): void;
}

type VoicesAnswer = Pick<ListedVoices, "voices" | "problem"> & { readonly model: string };

/** Asks for the voices of a model. Another time too when `models` was asked for anew. */
export function useVoices({ door, models }: Pick<ServerState, "door" | "models">, model: string): ListedVoices {
  const [held, setHeld] = useState<VoicesAnswer>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const leave = new AbortController();
    door.voices(model, leave.signal).then(
      (voices) => setHeld({ model, voices, problem: undefined }),
      (error: unknown) => {
        if (!leave.signal.aborted) setHeld({ model, voices: [], problem: error instanceof Error ? error.message : "The server did not say why." });
      },
    );
    return () => leave.abort();
  }, [door, models, model, attempt]);
  const retry = useCallback(() => {
    setHeld(undefined);
    setAttempt((count) => count + 1);
  }, []);
  const answer = held?.model === model ? held : undefined;
  return { voices: answer?.voices ?? [], problem: answer?.problem, retry };
}
