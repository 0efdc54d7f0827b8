import { check } from "../../fail.ts";
import type { ChooseFakeFault, FakeFault, FakeRequest } from "./fake-fault.ts";
import { createFakeRequest, endRequest, type FakeRequestStart } from "./fake-request.ts";
import type { SocketHandshake, SocketRefusal } from "./fake-socket-server.ts";

/** The requests of a fake that is spoken to over WebSockets, and what goes wrong in each. */
export interface SocketRequests {
  readonly all: readonly FakeRequest[];
  /**
   * Asks for the fault of the request that this handshake is for: a text is not known yet. A handshake that is refused is a
   * request that failed; any other fault is kept for the first request on the WebSocket, if it is still the next one by then.
   */
  refuse(handshake: SocketHandshake): SocketRefusal | undefined;
  /** Begins a request on an open WebSocket. */
  begin(handshake: SocketHandshake, start: Omit<FakeRequestStart, "index">): { seen: FakeRequest; fault: FakeFault | undefined };
}

/** What stands in place of the right answer. */
export const wrongBodies: Readonly<Record<"json" | "html", { type: string; body: string }>> = {
  json: { type: "application/json", body: '{"error":{"code":"InternalServerError","message":"The service is unavailable."}}' },
  html: { type: "text/html", body: "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>" },
};

/** Begins the record. `vendorFaults` are the names that the fake knows. */
export function createSocketRequests(choose: ChooseFakeFault | undefined, vendorFaults: readonly string[]): SocketRequests {
  const all: FakeRequest[] = [];
  const kept = new WeakMap<SocketHandshake, { index: number; fault: FakeFault }>();

  function faultOf(seen: FakeRequest): FakeFault | undefined {
    const fault = choose?.(seen, seen.index);
    checkFault(fault, vendorFaults);
    return fault;
  }
  return {
    all,
    refuse(handshake) {
      const seen = createFakeRequest({ index: all.length, text: "", voice: undefined, parameters: { handshake: true, path: handshake.path } });
      seen.firstTextAtMs = undefined;
      const fault = faultOf(seen);
      if (fault === undefined) return undefined;
      const refusal = refusalOf(fault);
      if (refusal === undefined) return void kept.set(handshake, { index: seen.index, fault });
      all.push(seen);
      endRequest(seen, "failed");
      return refusal;
    },
    begin(handshake, start) {
      const seen = createFakeRequest({ ...start, index: all.length });
      if (start.text === "") seen.firstTextAtMs = undefined;
      all.push(seen);
      const known = kept.get(handshake);
      kept.delete(handshake);
      return { seen, fault: known?.index === seen.index ? known.fault : faultOf(seen) };
    },
  };
}

function checkFault(fault: FakeFault | undefined, vendorFaults: readonly string[]): void {
  if (fault?.kind === "wrong-body") check(fault.content !== "sse-error", "A fake that speaks over WebSockets cannot show an error of server-sent events; choose \"json\" or \"html\".");
  if (fault?.kind === "vendor") check(vendorFaults.includes(fault.name), `This fake has no fault "${fault.name}". It has: ${vendorFaults.join(", ")}.`);
}

function refusalOf(fault: FakeFault): SocketRefusal | undefined {
  if (fault.kind === "status") return fault;
  if (fault.kind !== "wrong-body" || fault.content === "sse-error") return undefined;
  const { type, body } = wrongBodies[fault.content];
  return { status: 200, headers: { "Content-Type": type }, body };
}
