import { TTSError, type CredentialReport, type Voice } from "@parlando/engine";
import { errorFromResponse } from "../transport/error-from-response.ts";
import type { HttpResponse } from "../transport/http-types.ts";
import { requireKey, type ElevenLabsAccount } from "./elevenlabs-connection.ts";
import { errorContext } from "./elevenlabs-errors.ts";
import { readVoices, userUrl, voicesUrl } from "./elevenlabs-wire.ts";

/** 100 voices each: more than any account has. */
const MOST_PAGES = 100;
/** A page has some 200 KB; what is far longer is none. */
const LONGEST_PAGE_BYTES = 16 * 1024 * 1024;

/** All voices of the account, page by page. */
export async function fetchVoices(account: ElevenLabsAccount, signal: AbortSignal): Promise<readonly Voice[]> {
  const doing = "Asking ElevenLabs for its voices";
  const voices = new Map<string, Voice>();
  let next: string | undefined;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = readVoices(await getJson(account, { url: voicesUrl(account.baseURL, next), doing, signal }));
    if (page === undefined) throw new TTSError("PROTOCOL", `${doing}: the answer holds no list of voices. Check the option \`baseURL\`.`, { engine: "elevenlabs" });
    for (const voice of page.voices) voices.set(voice.id, voice);
    if (page.next === undefined || page.next === next) break;
    next = page.next;
  }
  return [...voices.values()];
}

/** Asks who the key belongs to, which costs nothing. */
export async function checkKey(account: ElevenLabsAccount, signal: AbortSignal): Promise<CredentialReport> {
  const doing = "Checking the key of ElevenLabs";
  if (account.apiKey === undefined) return { status: "missing", missing: ["apiKey (ELEVENLABS_API_KEY)"], message: "There is no API key for ElevenLabs. Give the option `apiKey`, or set the environment variable ELEVENLABS_API_KEY." };
  try {
    await getJson(account, { url: userUrl(account.baseURL), doing, signal });
    return { status: "valid", message: "ElevenLabs accepts the API key." };
  } catch (error) {
    if (!TTSError.isInstance(error) || error.code === "ABORTED") throw error;
    // A key may be made so that it can do nothing but speak: then the service knows it, and refuses to tell whose it is.
    if (error.code === "PERMISSION") return { status: "valid", message: "ElevenLabs knows the API key, which may not read about its account. Whether it may speak shows with the first request." };
    if (error.code === "QUOTA_EXCEEDED" || error.code === "RATE_LIMITED" || error.code === "CONCURRENCY_LIMIT") return { status: "valid", message: `The key is known, but: ${error.message}` };
    if (error.code === "AUTHENTICATION") return { status: "invalid", message: error.message };
    return { status: "unreachable", message: error.message };
  }
}

interface JsonCall {
  readonly url: string;
  readonly doing: string;
  readonly signal: AbortSignal;
}

async function getJson(account: ElevenLabsAccount, { url, doing, signal }: JsonCall): Promise<unknown> {
  const key = requireKey(account, doing).reveal();
  const response = await account.http.open({ doing, url, headers: { "xi-api-key": key, accept: "application/json" }, signal });
  if (response.status !== 200) throw await errorFromResponse(response, errorContext(doing, [key]));
  return parse(await readText(response, doing), doing);
}

async function readText({ body }: HttpResponse, doing: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const bytes of body) {
    length += bytes.length;
    if (length > LONGEST_PAGE_BYTES) throw new TTSError("PROTOCOL", `${doing}: the answer is longer than ${LONGEST_PAGE_BYTES} bytes.`, { engine: "elevenlabs" });
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string, doing: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TTSError("PROTOCOL", `${doing}: the answer is not JSON, which was expected. Check the option \`baseURL\`.`, { engine: "elevenlabs" });
  }
}
