import { constants } from "node:http2";
import { check } from "../../fail.ts";
import { sleep } from "../../proxy/sleep.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import { findRefusal, refusal, type PollyRefusal } from "./polly-refusal.ts";
import type { FakePollyRequest } from "./polly-request.ts";

/** How audio, or lines of marks, go out: bare, or as events. */
export interface PollyOutlet {
  send(bytes: Uint8Array): Promise<void>;
  /** Something that cannot be read. Left out, a frame of the connection cannot. */
  sendBroken?: (() => Promise<void>) | undefined;
  /** The beginning of a message whose rest never comes. Left out where there are no messages. */
  sendPart?: (() => Promise<void>) | undefined;
  /** An exception in the stream. Left out where the protocol has none. */
  sendRefusal?: ((refusal: PollyRefusal) => Promise<void>) | undefined;
  /** Messages that no client knows. Left out where there are no messages. */
  sendUnknown?: (() => Promise<void>) | undefined;
  /** What tells the end, before the end of the body. Left out where nothing else does. */
  sendEnd?: (() => Promise<void>) | undefined;
}

/** Sends what was made, with the fault of the request at its place. */
export interface PollyDelivery {
  /** False: nothing more can be sent. */
  send(bytes: Uint8Array): Promise<boolean>;
  /** A fault that lies beyond the last byte, then the end. */
  finish(): Promise<void>;
  /** Ends with an exception. */
  refuse(refused: PollyRefusal): Promise<void>;
}

/** What one request is delivered with. */
export interface PollyDeliveryOptions {
  exchange: PollyExchange;
  seen: FakePollyRequest;
  fault: FakeFault | undefined;
  outlet: PollyOutlet;
}

/** Begins the delivery of one answer. */
export function createPollyDelivery(options: PollyDeliveryOptions): PollyDelivery {
  const { exchange, seen, fault, outlet } = options;
  const faultAt = placeOf(fault);
  let struck = false;

  async function pass(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || exchange.gone.aborted) return;
    seen.firstAudioAtMs ??= performance.now();
    await outlet.send(bytes);
    if (!exchange.calledOff.aborted) seen.audioBytes += bytes.length;
  }

  async function passSlowly(bytes: Uint8Array, everyMs: number): Promise<void> {
    for (let at = 0; at < bytes.length && !exchange.gone.aborted; at += 1) {
      await pass(bytes.subarray(at, at + 1));
      await sleep(everyMs, exchange.gone);
    }
  }

  async function strikeOnce(): Promise<boolean> {
    if (struck || fault === undefined) return true;
    struck = true;
    return strike(fault, options);
  }

  async function send(bytes: Uint8Array): Promise<boolean> {
    if (fault?.kind === "drip") await passSlowly(bytes, fault.everyMs);
    if (fault?.kind === "drip" || fault?.kind === "empty") return !exchange.gone.aborted;
    const before = struck ? bytes.length : Math.min(bytes.length, faultAt - seen.audioBytes);
    await pass(bytes.subarray(0, before));
    if (exchange.gone.aborted) return false;
    if (before < bytes.length) {
      if (!(await strikeOnce())) return false;
      await pass(bytes.subarray(before));
    }
    return !exchange.gone.aborted;
  }

  async function finish(): Promise<void> {
    if (faultAt < Infinity && !(await strikeOnce())) return;
    if (fault?.kind === "no-end-marker") return untilGone(exchange.gone);
    await outlet.sendEnd?.();
    await exchange.end();
    if (!exchange.calledOff.aborted) endRequest(seen, "finished");
  }

  async function refuse(refused: PollyRefusal): Promise<void> {
    await outlet.sendRefusal?.(refused);
    endRequest(seen, "failed");
    await exchange.end();
  }
  return { send, finish, refuse };
}

/** Bytes before the fault; Infinity for what has no place. */
function placeOf(fault: FakeFault | undefined): number {
  if (fault === undefined || !("afterBytes" in fault)) return Infinity;
  return fault.afterBytes ?? Infinity;
}

/** Lets a fault happen. False: the answer is over. */
async function strike(fault: FakeFault, options: PollyDeliveryOptions): Promise<boolean> {
  const { exchange, seen, outlet } = options;
  switch (fault.kind) {
    case "malformed":
      if (outlet.sendBroken === undefined) {
        endRequest(seen, "failed");
        exchange.sendBadFrame();
        return false;
      }
      await outlet.sendBroken();
      return true;
    case "stall":
      await untilGone(exchange.gone);
      return false;
    case "cut":
      await outlet.sendPart?.();
      endRequest(seen, "failed");
      await exchange.cut();
      return false;
    case "reset":
      endRequest(seen, "failed");
      exchange.reset(fault.code);
      return false;
    case "early-end":
      endRequest(seen, "failed");
      await exchange.end();
      return false;
    case "vendor":
      return strikeVendor(fault.name, options);
    default:
      return true;
  }
}

async function strikeVendor(name: string, { exchange, seen, outlet }: PollyDeliveryOptions): Promise<boolean> {
  if (name === "marks-drift") return true;
  if (name === "goaway") {
    endRequest(seen, "failed");
    exchange.goAway(constants.NGHTTP2_INTERNAL_ERROR);
    return false;
  }
  if (name === "garbage") {
    endRequest(seen, "failed");
    exchange.sendGarbage();
    return false;
  }
  if (name === "hang-up") {
    await outlet.sendPart?.();
    endRequest(seen, "failed");
    await exchange.hangUp();
    return false;
  }
  if (name === "goaway-no-error") {
    exchange.goAway(constants.NGHTTP2_NO_ERROR);
    return true;
  }
  if (name === "unknown-event" && outlet.sendUnknown !== undefined) {
    await outlet.sendUnknown();
    return true;
  }
  const refused = refusalOfFault(name);
  check(
    refused !== undefined && outlet.sendRefusal !== undefined,
    `The fake of Polly cannot show the fault "${name}" in the middle of this answer; only the two-way stream has exceptions there. Leave out afterBytes, or see pollyVendorFaults.`,
  );
  endRequest(seen, "failed");
  await outlet.sendRefusal(refused);
  await exchange.end();
  return false;
}

/** The error that a vendor fault stands for; undefined where it is none. */
export function refusalOfFault(name: string): PollyRefusal | undefined {
  if (name !== "input-stream-timeout" && name !== "input-stream-inbound-event-timeout") return findRefusal(name);
  return refusal("ServiceQuotaExceededException", { details: { quotaCode: name, serviceCode: "polly" } });
}

/** Resolves when nothing can be sent any more. */
export function untilGone(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener("abort", () => resolve(), { once: true });
  });
}
