import { parseClientMessage, wireLimits, type SessionReady, type SpeechStart } from "@parlando/protocol";
import { calledOff, engineClosed, remoteError } from "./remote-errors.ts";
import { type RemoteConnection, type UtteranceLine, type UtteranceListener } from "./remote-connection.ts";

/** What an utterance is begun with; its number is the connection's. */
export type UtteranceStart = Omit<SpeechStart, "type" | "utterance">;

/** Connections to one server, shared by all that is spoken. */
export interface ConnectionPool {
  /**
   * Begins an utterance on a connection that has room, or on a new one.
   *
   * @throws TTSError what the opening of a connection fails with; `INVALID_INPUT` for what the protocol cannot say, `UNSUPPORTED` for SSML where the server takes none, `ABORTED`.
   */
  begin(start: UtteranceStart, listener: UtteranceListener, signal: AbortSignal): Promise<UtteranceLine>;
  /** Makes sure that there is a connection, and tells what the server said on it. */
  warmUp(signal: AbortSignal): Promise<SessionReady>;
  /** Ends all of them. May be called twice. */
  close(): Promise<void>;
}

/** What {@link createConnectionPool} needs. */
export interface PoolParts {
  /** For errors. */
  readonly doing: string;
  /** Makes a connection; rejects before there is one, as when there is no ticket. */
  readonly open: (onGone: (connection: RemoteConnection) => void, signal: AbortSignal) => Promise<RemoteConnection>;
}

/** Utterances on one connection, as long as no server has said how many: its default. */
const usualUtterances = 8;

/** Makes an empty pool. Whoever waits for room takes what is free first; as many connections are opened as those who wait will need. */
export function createConnectionPool({ doing, open }: PoolParts): ConnectionPool {
  const usable = new Set<RemoteConnection>();
  const all = new Set<RemoteConnection>();
  const closing = new AbortController();
  const openings = new Set<Promise<void>>();
  let waiting = 0;
  let utterances = usualUtterances;

  /** It lives on until it is not needed any more: whoever waits for it may be called off meanwhile. */
  async function openAnother(): Promise<void> {
    const connection = await open((gone) => usable.delete(gone), closing.signal);
    all.add(connection);
    void connection.gone.then(() => all.delete(connection));
    if (closing.signal.aborted) void connection.close();
    await connection.ready;
    if (!connection.hasRoom) throw remoteError("SERVICE", `${doing}: the server is going down and takes nothing new. Try again, or ask another.`);
    utterances = Math.max(1, connection.session?.maxUtterances ?? usualUtterances);
    usable.add(connection);
  }

  function openMore(): void {
    const opening: Promise<void> = openAnother().finally(() => openings.delete(opening));
    opening.catch(() => undefined);
    openings.add(opening);
  }

  async function withRoom<Result>(signal: AbortSignal, use: (connection: RemoteConnection) => Result): Promise<Awaited<Result>> {
    waiting += 1;
    try {
      for (;;) {
        if (closing.signal.aborted) throw engineClosed(doing);
        if (signal.aborted) throw calledOff(doing, signal);
        const found = [...usable].find((connection) => connection.hasRoom);
        // At once: a moment later the room may be another's.
        if (found !== undefined) return await use(found);
        if (openings.size * utterances < waiting) openMore();
        await unlessCalledOff(Promise.race(openings), signal, doing);
      }
    } finally {
      waiting -= 1;
    }
  }

  return {
    begin: (start, listener, signal) =>
      withRoom(signal, (connection) => {
        if (start.ssml === true && connection.session?.ssml === false) throw remoteError("UNSUPPORTED", `${doing}: the server takes no SSML. Start it with its option \`ssml\`, or send plain text.`);
        return connection.begin(listener, (utterance) => checkedStart({ type: "speech.start", utterance, ...start }, doing));
      }),
    warmUp: (signal) => withRoom(signal, async (connection) => await connection.ready),
    async close() {
      closing.abort();
      await Promise.all([...all].map((connection) => connection.close()));
    },
  };
}

/** A message that the server does not take ends the connection for all that is spoken on it, so it is not sent. */
function checkedStart(start: SpeechStart, doing: string): SpeechStart {
  const json = JSON.stringify(start);
  if (new TextEncoder().encode(json).length > wireLimits.messageBytes) throw remoteError("INVALID_INPUT", `${doing}: voice, language and options together are longer than ${wireLimits.messageBytes} bytes.`);
  try {
    parseClientMessage(json);
    return start;
  } catch (error) {
    throw remoteError("INVALID_INPUT", `${doing}: what was asked for cannot be sent. ${error instanceof Error ? error.message : ""}`);
  }
}

async function unlessCalledOff(work: Promise<void>, signal: AbortSignal, doing: string): Promise<void> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => (abort = () => reject(calledOff(doing, signal))));
  aborted.catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
