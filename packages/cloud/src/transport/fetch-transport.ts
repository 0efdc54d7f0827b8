import type { TTSError } from "@parlando/engine";
import { calledOff, engineClosed, throwIfCalledOff } from "./call-context.ts";
import { connectionError } from "./connection-error.ts";
import { lateError, readHttpCall, redirectError, truncatedError, type HttpCall } from "./http-settings.ts";
import type { HttpBody, HttpClient, HttpClientOptions, HttpResponse, ResponseHeaders } from "./http-types.ts";
import { createInactivityWatch, type InactivityWatch } from "./inactivity.ts";

/** A request of `fetch` under way. */
interface FetchExchange {
  readonly call: HttpCall;
  readonly watch: InactivityWatch;
  readonly signal: AbortSignal;
  /** Why it was ended from here; then what `fetch` throws is only the echo. */
  readonly endedBy: () => TTSError | undefined;
  fail(error: TTSError): void;
  finish(): void;
}

/** HTTP by `fetch`, for browsers and what is like them. It connects and keeps connections as it likes. */
export function createFetchTransport(options: HttpClientOptions): HttpClient {
  const send = options.fetch ?? fetch;
  const underWay = new Set<FetchExchange>();
  let closed = false;
  return {
    async open(request) {
      const call = readHttpCall(options, request);
      throwIfCalledOff(call, call.signal);
      if (closed) throw engineClosed(call);
      const exchange = beginExchange(call, underWay);
      try {
        return await exchangeOnce(exchange, send);
      } catch (error) {
        exchange.finish();
        throw error;
      }
    },
    async close() {
      closed = true;
      for (const exchange of underWay) exchange.fail(engineClosed(exchange.call));
    },
  };
}

function beginExchange(call: HttpCall, underWay: Set<FetchExchange>): FetchExchange {
  const controller = new AbortController();
  let ended: TTSError | undefined;
  const abort = (): void => exchange.fail(calledOff(call, call.signal));
  const exchange: FetchExchange = {
    call,
    watch: createInactivityWatch(),
    signal: controller.signal,
    endedBy: () => ended,
    fail(error) {
      ended ??= error;
      exchange.finish();
      controller.abort(error);
    },
    finish() {
      call.signal.removeEventListener("abort", abort);
      exchange.watch.close();
      underWay.delete(exchange);
    },
  };
  call.signal.addEventListener("abort", abort, { once: true });
  underWay.add(exchange);
  return exchange;
}

async function exchangeOnce(exchange: FetchExchange, send: typeof fetch): Promise<HttpResponse> {
  const { call, watch, signal } = exchange;
  const { method, headers, body } = call;
  const limitMs = call.connectMs + call.firstByteMs;
  watch.expect(limitMs, () => exchange.fail(lateError(call, "no answer came", limitMs)));
  const response = await send(call.url, { method, headers, body: (body ?? null) as BodyInit | null, signal, redirect: "manual" }).catch((error: unknown) => {
    throw exchange.endedBy() ?? connectionError(call, error, call.address);
  });
  watch.rest();
  const found: ResponseHeaders = Object.fromEntries(response.headers);
  // Where redirects are not followed, a browser hides even the status.
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    exchange.fail(redirectError(call, response.status, found["location"]));
    throw exchange.endedBy() ?? redirectError(call, response.status, undefined);
  }
  return { status: response.status, headers: found, body: pullFetchBody(exchange, response) };
}

function pullFetchBody(exchange: FetchExchange, response: Response): HttpBody {
  const { call, watch } = exchange;
  const reader = response.body?.getReader();
  const announced = response.headers.has("content-encoding") ? null : response.headers.get("content-length");
  let got = 0;
  let isDone = false;

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const ended = exchange.endedBy();
    if (ended !== undefined) throw ended;
    if (call.signal.aborted) throw calledOff(call, call.signal);
    if (isDone || reader === undefined) return finish();
    const limitMs = got === 0 ? call.firstByteMs : call.idleMs;
    watch.expect(limitMs, () => exchange.fail(lateError(call, got === 0 ? "nothing of the answer's body came" : "no more of the answer came", limitMs)));
    const step = await reader.read().catch(() => {
      exchange.finish();
      throw exchange.endedBy() ?? truncatedError(call);
    });
    watch.rest();
    if (step.done) return finish();
    got += step.value.length;
    return { done: false, value: step.value };
  }

  function finish(): IteratorResult<Uint8Array, undefined> {
    exchange.finish();
    if (!isDone && announced !== null && got < Number(announced)) {
      exchange.fail(truncatedError(call));
      throw truncatedError(call);
    }
    isDone = true;
    return { done: true, value: undefined };
  }

  function cancel(): void {
    if (isDone) return;
    isDone = true;
    exchange.finish();
    // Rejects when the answer has failed already, which nobody wants to know any more.
    reader?.cancel().catch(() => undefined);
  }

  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next,
    async return() {
      cancel();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator, cancel };
}
