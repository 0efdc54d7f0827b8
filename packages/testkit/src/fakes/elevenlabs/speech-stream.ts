import { sleep } from "../../proxy/sleep.ts";
import { byteBlocks } from "../shared/byte-blocks.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { FakeSocket } from "../shared/fake-socket-server.ts";
import { createFakeSpeech, type FakeSpeech } from "../shared/fake-speech.ts";
import { alignmentInMs, createAlignments, type MessageAlignment } from "./alignment-message.ts";
import type { OutputFormat } from "./output-format.ts";
import { createFaultPlayer, type FaultPlayer } from "./socket-faults.ts";
import { socketRefusal } from "./provider-errors.ts";
import { hasRoom, type FakeElevenLabsState, type OpenRequest } from "./shared-state.ts";

/** One stream of text that becomes audio on a socket. */
export interface SpeechStreamOptions {
  state: FakeElevenLabsState;
  socket: FakeSocket;
  seen: OpenRequest;
  fault: FakeFault | undefined;
  format: OutputFormat;
  /** Whether the client asked for `sync_alignment`. */
  everyMessage: boolean;
  /** What each message carries beside its own: the name of the context. */
  label: Readonly<Record<string, unknown>>;
  /** After the final message. */
  onFinal(): void;
}

/** Makes audio of texts one after another, in the order in which they came. */
export interface SpeechStream {
  /** Nothing where there is no text. */
  speak(text: string | undefined): void;
  /** Tells that the audio of a flush was sent, after it was. */
  flushDone(): void;
  /** The final message, after all that was asked for. */
  finish(): void;
  /** Whether audio that was asked for has not all been sent. */
  readonly busy: boolean;
  /** Ends the audio where it is. */
  stop(): void;
}

type Job = { kind: "speak"; text: string } | { kind: "flush-done" } | { kind: "final" };

/** Starts with nothing to say. */
export function createSpeechStream(options: SpeechStreamOptions): SpeechStream {
  const { state, socket } = options;
  const stopped = new AbortController();
  const signal = AbortSignal.any([stopped.signal, socket.gone]);
  const player = createFaultPlayer(options);
  const speaker = createSpeaker(options, player, signal);
  const jobs: Job[] = [];
  let running = false;

  async function run(): Promise<void> {
    for (let job = jobs[0]; job !== undefined && !socket.gone.aborted && !player.over; job = jobs[0]) {
      if (job.kind === "speak") await speaker.speak(job.text);
      else if (job.kind === "flush-done") await socket.sendText(JSON.stringify({ type: "flush_done", ...options.label }));
      else await finish();
      jobs.shift();
    }
    running = false;
  }
  async function finish(): Promise<void> {
    await player.beforeFinal();
    if (player.over) return;
    await socket.sendText(JSON.stringify({ audio: null, isFinal: true, ...options.label }));
    endRequest(options.seen, "finished");
    await player.afterFinal();
    options.onFinal();
  }
  function push(job: Job): void {
    jobs.push(job);
    if (running) return;
    running = true;
    run().catch(state.report);
  }
  return {
    speak(text) {
      if (text !== undefined) push({ kind: "speak", text });
    },
    flushDone: () => push({ kind: "flush-done" }),
    finish: () => push({ kind: "final" }),
    get busy() {
      return jobs.some(({ kind }) => kind === "speak");
    },
    stop: () => stopped.abort(),
  };
}

interface Speaker {
  speak(text: string): Promise<void>;
}

function createSpeaker(options: SpeechStreamOptions, player: FaultPlayer, signal: AbortSignal): Speaker {
  const { state, socket, seen, fault, format, label } = options;
  const { encoding, msPerCharacter, raggedSeed, firstAudioMs, realTimeFactor, blockMs, alignmentKeys } = state.settings;
  let beforeMs = 0;

  async function send(audio: Uint8Array, alignment: MessageAlignment): Promise<void> {
    const silent = fault?.kind === "vendor" && fault.name === "alignment-null";
    const message = {
      audio: Buffer.from(audio).toString("base64"),
      isFinal: null,
      normalizedAlignment: silent ? null : alignmentInMs(alignment.normalized, alignmentKeys),
      alignment: silent ? null : alignmentInMs(alignment.original, alignmentKeys),
      ...label,
    };
    await socket.sendText(JSON.stringify(message));
    if (socket.gone.aborted) return;
    seen.firstAudioAtMs ??= performance.now();
    seen.audioBytes += audio.length;
  }

  async function sendBlocks(speech: FakeSpeech, alignments: ReturnType<typeof createAlignments>): Promise<void> {
    let at = 0;
    const seed = raggedSeed === undefined ? undefined : raggedSeed + seen.generations.length;
    for await (const block of byteBlocks(speech, { blockMs, raggedSeed: seed, firstAudioMs, realTimeFactor, signal })) {
      for (const piece of player.cut(block)) {
        await player.beforePiece(() => JSON.stringify({ audio: Buffer.from(piece).toString("base64"), isFinal: null, ...label }));
        if (player.over || signal.aborted) return;
        if (!player.spoilt) await send(piece, alignments(at, piece.length));
        player.sent(piece.length);
        at += piece.length;
        if (fault?.kind === "drip") await sleep(fault.everyMs, signal);
      }
    }
  }

  return {
    async speak(text) {
      if (signal.aborted) return;
      if (!hasRoom(state)) return player.refuse(socketRefusal("too_many_concurrent_requests"));
      seen.generations.push(text);
      if (fault?.kind === "empty") return;
      const speech = createFakeSpeech(text, { sampleRate: format.sampleRate, format: format.format, encoding, msPerCharacter });
      const { settings } = state;
      const time = settings.alignmentTime ?? "chunk";
      state.generating += 1;
      try {
        await sendBlocks(speech, createAlignments({ speech, text, settings, time, everyMessage: options.everyMessage, beforeMs }));
      } finally {
        state.generating -= 1;
      }
      beforeMs += speech.durationMs;
    },
  };
}
