import { TTSError } from "@parlando/engine";
import type { PlayerLine, StreamFollower } from "./player-line.ts";
import { workletName, type FromWorklet, type LevelMessage, type StreamState, type ToWorklet, type WorkletSettings } from "./worklet-messages.ts";
import { workletSource } from "./worklet-source.generated.ts";

/** What {@link WorkletLine} needs. */
export interface WorkletLineOptions {
  readonly context: AudioContext;
  /** What it plays into. */
  readonly output: AudioNode;
  readonly workletUrl: string | undefined;
  readonly fadeMs: number;
  /** Of every stream. */
  readonly onState: (state: StreamState) => void;
  readonly onLevel: (level: LevelMessage) => void;
}

/** Longer is not believed: a browser that does not know says strange numbers. */
const longestLatencyS = 0.5;

/** A context takes the module once, however many players it has. */
const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

/** The worklet of one player. What is posted before the browser has loaded it waits. */
export class WorkletLine implements PlayerLine {
  readonly #options: WorkletLineOptions;
  readonly #context: AudioContext;
  readonly #followers = new Map<number, StreamFollower>();
  #waiting: ToWorklet[] = [];
  #node: AudioWorkletNode | undefined;
  #failure: TTSError | undefined;
  #isClosed = false;
  #streams = 0;

  constructor(options: WorkletLineOptions) {
    this.#options = options;
    this.#context = options.context;
    loadWorklet(options.context, options.workletUrl).then(
      () => this.#open(),
      (cause: unknown) => this.#fail(notLoaded(cause, options.workletUrl)),
    );
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  now(): number {
    return this.#context.currentTime;
  }

  latency(): number {
    // Some browsers have no such property.
    const latency: unknown = this.#context.outputLatency;
    return typeof latency === "number" && latency > 0 ? Math.min(latency, longestLatencyS) : 0;
  }

  isRunning(): boolean {
    return this.#node !== undefined && this.#context.state === "running";
  }

  post(message: ToWorklet): void {
    if (this.#isClosed || this.#failure !== undefined) return;
    if (this.#node === undefined) this.#waiting.push(message);
    else this.#node.port.postMessage(message, message.type === "push" ? [message.samples.buffer] : []);
  }

  nextStream(): number {
    this.#streams += 1;
    return this.#streams;
  }

  follow(stream: number, follower: StreamFollower): () => void {
    this.#followers.set(stream, follower);
    if (this.#failure !== undefined) follower.onFailure(this.#failure);
    return () => void this.#followers.delete(stream);
  }

  close(): void {
    this.post({ type: "close" });
    this.#isClosed = true;
    this.#waiting = [];
    this.#node?.disconnect();
    this.#node?.port.close();
    this.#node = undefined;
  }

  #open(): void {
    if (this.#isClosed) return;
    const { output, fadeMs } = this.#options;
    const processorOptions: WorkletSettings = { fadeFrames: Math.max(1, Math.round((fadeMs * this.sampleRate) / 1000)) };
    try {
      this.#node = new AudioWorkletNode(this.#context, workletName, { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1], processorOptions });
    } catch (cause) {
      return this.#fail(new TTSError("NO_AUDIO_DEVICE", "Making the player's worklet: the browser refused; see `cause`. Was the context closed?", { cause }));
    }
    this.#node.onprocessorerror = () => this.#fail(new TTSError("INTERNAL", "The player's worklet has failed; nothing more is played. Make another player, and report it."));
    this.#node.port.onmessage = ({ data }: MessageEvent<FromWorklet>) => this.#take(data);
    this.#node.connect(output);
    for (const message of this.#waiting.splice(0)) this.post(message);
  }

  #take(message: FromWorklet): void {
    if (message.type === "level") return this.#options.onLevel(message);
    this.#followers.get(message.stream)?.onState(message);
    this.#options.onState(message);
  }

  #fail(error: TTSError): void {
    if (this.#isClosed) return;
    this.#failure = error;
    this.#waiting = [];
    for (const follower of [...this.#followers.values()]) follower.onFailure(error);
  }
}

function loadWorklet(context: AudioContext, workletUrl: string | undefined): Promise<void> {
  const known = loaded.get(context);
  if (known !== undefined) return known;
  const loading = addModule(context, workletUrl);
  loaded.set(context, loading);
  // The next player may have another address.
  loading.catch(() => loaded.delete(context));
  return loading;
}

async function addModule(context: AudioContext, workletUrl: string | undefined): Promise<void> {
  if (workletUrl !== undefined) return await context.audioWorklet.addModule(workletUrl);
  const address = URL.createObjectURL(new Blob([workletSource], { type: "text/javascript" }));
  try {
    await context.audioWorklet.addModule(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function notLoaded(cause: unknown, workletUrl: string | undefined): TTSError {
  const what = workletUrl === undefined ? "from a `blob:` address" : "from `workletUrl`";
  const advice = workletUrl === undefined ? "If the page's Content-Security-Policy allows no `blob:` in script-src, serve `@parlando/web/worklet.js` and give its address as `workletUrl`." : "Check that `@parlando/web/worklet.js` is served there, as text/javascript.";
  return new TTSError("NO_AUDIO_DEVICE", `Loading the player's worklet ${what}: the browser refused; see \`cause\`. ${advice}`, { cause });
}
