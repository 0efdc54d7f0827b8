import { randomUUID } from "node:crypto";
import { check } from "../../fail.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { refusalOfFault, untilGone } from "./polly-delivery.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import { refusalBody, refusalOfStatus, type PollyRefusal } from "./polly-refusal.ts";

/** Bodies that a proxy or a service in trouble sends with status 200. */
const wrongBodies = {
  json: { type: "application/json", body: '{"message":"Internal server error"}' },
  html: { type: "text/html", body: "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>" },
  "sse-error": { type: "text/event-stream", body: 'event: error\ndata: {"message":"Internal server error"}\n\n' },
} as const;

/** Sends headers as every answer of Polly has them. */
export function beginAnswer(exchange: PollyExchange, status: number, headers: Readonly<Record<string, string>>): void {
  exchange.begin(status, { "x-amzn-requestid": randomUUID(), ...headers });
}

/** Answers with a whole body. */
export async function answerWith(exchange: PollyExchange, status: number, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  beginAnswer(exchange, status, headers);
  await exchange.write(Buffer.from(body, "utf8"));
  await exchange.end();
}

/** Answers with an error of Polly: its name in `x-amzn-errortype`, its words in a body of JSON. */
export function answerRefusal(exchange: PollyExchange, refused: PollyRefusal): Promise<void> {
  return answerWith(exchange, refused.status, { "content-type": "application/json", "x-amzn-errortype": refused.name }, refusalBody(refused));
}

/** Plays a fault that stands in place of an answer. False: the fault is none of these. */
export async function answerInstead(exchange: PollyExchange, fault: FakeFault | undefined): Promise<boolean> {
  if (fault?.kind === "no-answer") {
    await untilGone(exchange.gone);
    return true;
  }
  if (fault?.kind === "wrong-body") {
    const { type, body } = wrongBodies[fault.content];
    await answerWith(exchange, 200, { "content-type": type }, body);
    return true;
  }
  if (fault?.kind === "status") {
    await answerStatus(exchange, fault);
    return true;
  }
  if (fault?.kind !== "vendor" || fault.afterBytes !== undefined || fault.name === "marks-drift") return false;
  const refused = refusalOfFault(fault.name);
  check(refused !== undefined, `The fake of Polly has no fault "${fault.name}" in place of an answer. Give afterBytes, or see pollyVendorFaults.`);
  await answerRefusal(exchange, refused);
  return true;
}

async function answerStatus(exchange: PollyExchange, { status, headers = {}, body }: Extract<FakeFault, { kind: "status" }>): Promise<void> {
  const refused = refusalOfStatus(status);
  const defaults = { "content-type": "application/json", ...(body === undefined ? { "x-amzn-errortype": refused.name } : {}) };
  await answerWith(exchange, status, { ...defaults, ...headers }, body ?? refusalBody(refused));
}
