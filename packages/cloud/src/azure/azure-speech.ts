import { TTSError, type EngineEvent } from "@parlando/engine";
import { calledOff, engineClosed } from "../transport/call-context.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { PullQueue } from "../transport/pull-queue.ts";
import type { AzureService } from "./azure-service.ts";
import { AzureTurn } from "./azure-turn.ts";
import type { AzureCall } from "./azure-wire.ts";

/** A request that is ready, and how its errors are told. */
export interface PreparedCall {
  readonly call: AzureCall;
  readonly context: ErrorContext;
}

type Step = IteratorResult<EngineEvent, undefined>;

const DONE: Step = { done: true, value: undefined };
/** A turn is ten minutes at the most; a quarter more is a service gone mad. */
const MOST_MS = 750_000;

/**
 * Speaks one request when it is first asked for an event. The vendor's SDK pushes what comes and cannot be paused: what is not read yet is held
 * here, one segment at the most. (The SDK itself keeps the audio of the turn until its end, too.)
 *
 * @param prepare May throw, what then the first event is.
 */
export function speakCall(service: AzureService, prepare: () => PreparedCall, signal: AbortSignal): AsyncIterable<EngineEvent> {
  let speech: Speech | undefined;
  let hasLeft = false;
  const iterator: AsyncIterator<EngineEvent, undefined> = {
    next() {
      if (hasLeft) return Promise.resolve(DONE);
      try {
        speech ??= new Speech(service, prepare(), signal);
      } catch (error) {
        hasLeft = true;
         
        return Promise.reject(error);
      }
      return speech.next();
    },
    return() {
      hasLeft = true;
      speech?.leave();
      return Promise.resolve(DONE);
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** One request under way. */
class Speech {
  readonly #service: AzureService;
  readonly #prepared: PreparedCall;
  readonly #signal: AbortSignal;
  readonly #queue: PullQueue<Step>;
  readonly #turn: AzureTurn;
  #hasStarted = false;

  constructor(service: AzureService, prepared: PreparedCall, signal: AbortSignal) {
    const { call, context } = prepared;
    if (signal.aborted) throw calledOff(context, signal);
    if (service.isClosed) throw engineClosed(context);
    this.#service = service;
    this.#prepared = prepared;
    this.#signal = signal;
    this.#queue = new PullQueue<Step>({ engine: context.engine, doing: context.doing, atEnd: DONE, limit: MOST_MS * call.format.bytesPerMs, stop: this.#overflow, goOn: () => {} });
    signal.addEventListener("abort", this.#abort, { once: true });
    service.active.add(this.#close);
    this.#turn = new AzureTurn({
      settings: service.settings,
      context,
      format: call.format,
      marks: call.marks,
      spoken: call.spoken,
      speech: { ssml: call.ssml },
      take: () => service.take(call.format, context),
      giveBack: (synthesizer) => service.giveBack(call.format, synthesizer),
      started: (requestId) => this.#start(requestId),
      event: (event, bytes) => this.#push(event, bytes),
      ended: (error, audioBytes) => this.#ended(error, audioBytes),
    });
  }

  next(): Promise<Step> {
    const step = this.#queue.next();
    // What has ended is read to its end from the queue; nothing is left that could be called off.
    if (this.#queue.isEnded) step.then(({ done }) => void (done === true && this.#release()), this.#release);
    return step;
  }

  leave(): void {
    this.#halt(calledOff(this.#prepared.context, this.#signal));
  }

  readonly #abort = (): void => this.#halt(calledOff(this.#prepared.context, this.#signal));
  readonly #close = (): void => this.#halt(engineClosed(this.#prepared.context));
  readonly #overflow = (): void => {
    const { engine, doing } = this.#prepared.context;
    this.#halt(new TTSError("PROTOCOL", `${doing}: more audio came than one request can have.`, { engine }));
  };
  readonly #release = (): void => {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#service.active.delete(this.#close);
  };

  #halt(error: TTSError): void {
    this.#release();
    this.#turn.stop();
    this.#queue.fail(error);
  }

  #start(requestId?: string): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const { format, warnings } = this.#prepared.call;
    this.#push({ type: "start", format: format.format, requestId }, 0);
    for (const warning of warnings) this.#push(warning, 0);
  }

  #push(event: EngineEvent, bytes: number): void {
    if (!this.#hasStarted) this.#start();
    // Marks weigh a little, so that an empty queue is one without anything.
    this.#queue.push({ done: false, value: event }, Math.max(1, bytes));
  }

  #ended(error: TTSError | undefined, audioBytes: number): void {
    const { call, context } = this.#prepared;
    const isSilent = error === undefined && audioBytes === 0 && call.hasWords;
    if (error === undefined) this.#start();
    // A reader who waits is told now, and does not ask again.
    if (this.#queue.heldSize === 0) this.#release();
    this.#queue.end(isSilent ? new TTSError("NO_AUDIO", `${context.doing}: the turn ended well, but without any audio. Check that the voice speaks the language of the text.`, { engine: context.engine }) : error);
  }
}
