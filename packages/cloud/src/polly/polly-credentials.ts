import type { CredentialReport, TTSError } from "@parlando/engine";
import type { PollyCall } from "./polly-call.ts";
import type { PollyConnection } from "./polly-connection.ts";
import { pollyError } from "./polly-errors.ts";
import { contextOf } from "./polly-wire.ts";

const missing: Readonly<Record<string, readonly string[]>> = {
  AUTHENTICATION: ["credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"],
  INVALID_CONFIG: ["region (AWS_REGION)"],
};

/**
 * Looks for credentials and a region as AWS's client does, and asks for one page of voices with them, which costs nothing.
 *
 * @throws TTSError `ABORTED` when it is called off, `ENGINE_UNAVAILABLE` without AWS's client.
 */
export async function reportCredentials(connection: PollyConnection, call: PollyCall, limitMs: number): Promise<CredentialReport> {
  const context = contextOf("a look at the credentials");
  try {
    const lease = await call.wait(connection.lease());
    try {
      call.expect(limitMs, "AWS's look for credentials");
      const absent = await findAbsent(connection, call, () => lease.client.config.region());
      if (absent !== undefined) return absent;
      call.expect(limitMs, "the answer");
      await call.wait(lease.client.send(new lease.sdk.DescribeVoicesCommand({ LanguageCode: "en-US" }), { abortSignal: call.signal }));
      return { status: "valid", message: "Amazon Polly accepts the credentials." };
    } finally {
      lease.release();
    }
  } catch (error) {
    return reportOf(call.failure ?? pollyError(error, context));
  } finally {
    call.end();
  }
}

/** What is not there at all: told before anything is sent. */
async function findAbsent(connection: PollyConnection, call: PollyCall, region: () => Promise<string>): Promise<CredentialReport | undefined> {
  try {
    await call.wait(region());
    await call.wait(connection.credentials());
    return undefined;
  } catch (error) {
    if (call.failure !== undefined) throw call.failure;
    const { code, message } = pollyError(error, contextOf("a look at the credentials"));
    const names = missing[code];
    return names === undefined ? { status: "invalid", message } : { status: "missing", missing: names, message };
  }
}

function reportOf(error: TTSError): CredentialReport {
  const { code, message } = error;
  if (code === "ABORTED" || code === "ENGINE_UNAVAILABLE") throw error;
  if (code === "AUTHENTICATION") return { status: "invalid", message };
  if (code === "PERMISSION") return { status: "valid", message: `The key is known, but it may not list voices (polly:DescribeVoices); whether it may speak shows when it does. ${message}` };
  if (code === "RATE_LIMITED" || code === "CONCURRENCY_LIMIT" || code === "QUOTA_EXCEEDED") return { status: "valid", message: `The key is known, but: ${message}` };
  return { status: "unreachable", message };
}
