import { inspect } from "node:util";
import fc from "fast-check";
import { number, maxValue, minLength, minValue, optional, picklist, pipe, strictObject, string, url, check } from "valibot";
import { describe, expect, it } from "vitest";
import { checkOptions } from "./check-options.ts";
import { cleanMessage } from "./clean-message.ts";
import { closeError } from "./close-error.ts";
import { classifyStatus } from "./classify-status.ts";
import { errorFromAnswer, errorFromResponse } from "./error-from-response.ts";
import type { HttpBody, HttpResponse, ResponseHeaders } from "./http-types.ts";
import type { ProviderErrors } from "./provider-errors.ts";
import { redactUrl } from "./redact-url.ts";
import { readRetryAfter } from "./retry-after.ts";
import { createSecret } from "./secret.ts";
import { errorOf } from "./servers.test-helper.ts";

const spoken = "The canary sings at midnight, Zürich.";
const key = "sk-canary-5150-abcdef";
const context = { engine: "acme", doing: "Asking Acme for audio", sent: [spoken, key] };

function response(status: number, text: string, headers: ResponseHeaders = {}): HttpResponse & { cancelled: () => number } {
  let cancelled = 0;
  async function* read(): AsyncGenerator<Uint8Array, undefined> {
    yield new TextEncoder().encode(text);
  }
  const body: HttpBody = { [Symbol.asyncIterator]: () => read() as AsyncIterator<Uint8Array, undefined>, cancel: () => void (cancelled += 1) };
  return { status, headers, body, cancelled: () => cancelled };
}

describe("classifyStatus", () => {
  it.each([
    [400, "INVALID_INPUT"], [401, "AUTHENTICATION"], [402, "QUOTA_EXCEEDED"], [403, "PERMISSION"], [404, "INVALID_CONFIG"], [408, "TIMEOUT"], [413, "TEXT_TOO_LONG"],
    [418, "INVALID_INPUT"], [422, "INVALID_INPUT"], [429, "RATE_LIMITED"], [500, "SERVICE"], [502, "SERVICE"], [503, "SERVICE"], [504, "SERVICE"], [529, "SERVICE"], [599, "SERVICE"],
  ])("%i is %s", (status, code) => expect(classifyStatus(status).code).toBe(code));

  it("believes the engine's own table", () => {
    const errors: ProviderErrors = { notFound: "VOICE_NOT_FOUND", statuses: { 403: { code: "AUTHENTICATION", retryable: true } } };
    expect([classifyStatus(404, errors).code, classifyStatus(403, errors)]).toEqual(["VOICE_NOT_FOUND", { code: "AUTHENTICATION", retryable: true }]);
  });
});

describe("errorFromResponse", () => {
  it.each([
    [429, '{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}', "QUOTA_EXCEEDED", false],
    [429, '{"error":{"code":null,"type":"requests"}}', "RATE_LIMITED", true],
    [429, '{"detail":{"status":"too_many_concurrent_requests","message":"m"}}', "CONCURRENCY_LIMIT", true],
    [400, '{"detail":{"status":"invalid_api_key"}}', "AUTHENTICATION", false],
    [422, '{"detail":[{"loc":["body"],"type":"missing"}]}', "INVALID_INPUT", false],
    [500, "<html>oops</html>", "SERVICE", true],
    [503, "", "SERVICE", true],
    [401, "\u0000\u0001garbage{", "AUTHENTICATION", false],
  ])("%i with %s is %s", async (status, text, code, retryable) => {
    expect(await errorFromResponse(response(status, text), context)).toMatchObject({ code, retryable, engine: "acme" });
  });

  it("takes the engine's codes, words and wait", async () => {
    const errors: ProviderErrors = { codes: { BadStyle: { code: "INVALID_INPUT", says: "the voice has no such style; choose one from its list" } } };
    const error = await errorFromResponse(response(500, '{"code":"BadStyle"}', { "x-request-id": "abc", "retry-after": "7" }), { ...context, errors });
    expect(error).toMatchObject({ code: "INVALID_INPUT", retryable: false, requestId: "abc" });
    expect(error.message).toBe("Asking Acme for audio: 500, BadStyle: the voice has no such style; choose one from its list.");
    expect(error.retryAfterMs).toBeUndefined();
  });

  it("reads the wait and what the service says of trying again", async () => {
    expect(await errorFromResponse(response(429, "", { "retry-after": "1.5", "x-should-retry": "false" }), context)).toMatchObject({ retryAfterMs: 1500, retryable: false });
    expect(await errorFromResponse(response(400, "", { "x-should-retry": "true" }), context)).toMatchObject({ code: "INVALID_INPUT", retryable: true });
  });

  it("shows nothing of the text or the key, wherever they are echoed", async () => {
    const bodies = [
      JSON.stringify({ error: { message: `Cannot speak: ${spoken} with ${key}`, code: key } }),
      JSON.stringify({ error: { message: `near "canary sings" and ${key.slice(0, 12)}***`, code: "canary" } }),
      JSON.stringify({ error: spoken, detail: spoken, message: key }),
      spoken + key,
    ];
    for (const text of bodies) {
      for (const showMessage of [true, false]) {
        const error = await errorFromResponse(response(400, text, { "x-request-id": `${key} x` }), { ...context, errors: { showMessage } });
        expect(`${error.message} ${error.requestId ?? ""} ${inspect(error)}`).not.toMatch(/canary|sings|midnight|rich|5150|abcdef/i);
      }
    }
  });

  it("shows harmless words of the provider where the table allows it", async () => {
    const error = await errorFromResponse(response(400, '{"message":"speed must be below 4"}'), { ...context, errors: { showMessage: true } });
    expect(error.message).toContain("It says: speed must be below 4");
  });

  it("reads no more than it needs of a huge body, and ends the request", async () => {
    let read = 0;
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array, undefined> {
      try {
        for (;;) {
          read += 1024;
          yield new Uint8Array(1024).fill(65);
        }
      } finally {
        left = true;
      }
    }
    const body: HttpBody = { [Symbol.asyncIterator]: () => endless() as AsyncIterator<Uint8Array, undefined>, cancel: () => {} };
    const error = await errorFromResponse({ status: 500, headers: {}, body }, context);
    expect([error.code, read, left]).toEqual(["SERVICE", 8192, true]);
    expect(error.message.length).toBeLessThan(200);
  });

  it("makes of anything a typed error whose message is short", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.json(), fc.string(), (status, json, text) => {
        for (const body of [json, text]) {
          const error = errorFromAnswer({ status, text: body }, { ...context, errors: { showMessage: true } });
          expect(error.message.length).toBeLessThan(500);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("does not take a name of every object for a code", () => {
    expect(errorFromAnswer({ status: 500, text: '{"code":"constructor"}' }, { ...context, errors: { codes: {} } }).code).toBe("SERVICE");
  });
});

describe("cleanMessage", () => {
  it("is quick with what is all punctuation", () => {
    for (const noise of ["...", ". ", "... , ", "\n", "-..."]) expect(cleanMessage(noise.repeat(1000), ["a"]).length).toBeLessThan(300);
  });

  it("leaves no word of what was sent", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zA-Z0-9]{3,12}$/), { minLength: 1, maxLength: 8 }), fc.string(), (words, noise) => {
        const sent = words.join(" ");
        const cleaned = cleanMessage(`${noise} ${sent} (${sent.toUpperCase()}) ${noise}`, [sent]).toLowerCase();
        for (const word of cleaned.split(/[^a-z0-9_]+/)) expect(word.length < 3 || !sent.toLowerCase().includes(word)).toBe(true);
      }),
    );
  });
});

describe("closeError", () => {
  it.each([
    [1000, "TRUNCATED", true], [1001, "TRUNCATED", true], [1005, "TRUNCATED", true], [1006, "CONNECTION", true], [1002, "PROTOCOL", false],
    [1009, "TEXT_TOO_LONG", false], [1011, "SERVICE", true], [1013, "SERVICE", true], [4999, "PROTOCOL", false],
  ])("%i is %s", (code, expected, retryable) => expect(closeError(context, "wss://acme.example/", code, "")).toMatchObject({ code: expected, retryable }));

  it("asks the engine's table, with the reason", () => {
    const errors: ProviderErrors = { closeCodes: { 1007: (reason) => (reason.startsWith("Throttled") ? { code: "RATE_LIMITED" } : undefined), 4429: { code: "CONCURRENCY_LIMIT" } } };
    expect(closeError({ ...context, errors }, "a", 1007, "Throttled due to").code).toBe("RATE_LIMITED");
    expect(closeError({ ...context, errors }, "a", 1007, "else").code).toBe("INVALID_INPUT");
    expect(closeError({ ...context, errors }, "a", 4429, spoken)).toMatchObject({ code: "CONCURRENCY_LIMIT", retryable: true });
    expect(closeError({ ...context, errors }, "a", 4429, spoken).message).not.toContain("canary");
  });
});

describe("readRetryAfter", () => {
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  it.each<[ResponseHeaders, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "5" }, 5000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": " 1.25 " }, 1250],
    [{ "retry-after": "1m30s" }, 90_000],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after-ms": "250", "retry-after": "5" }, 250],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 21 Oct 2026 07:00:00 GMT" }, 0],
    [{ "retry-after": "2026-10-21T07:28:10Z" }, 10_000],
    [{ "retry-after": "Thu, 01 Jan 2015 00:00:20 GMT", date: "Thu, 01 Jan 2015 00:00:00 GMT" }, 20_000],
    [{ "retry-after": String(now / 1000 + 4) }, 4000],
    [{ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" }, 360_000],
    [{ "x-ratelimit-reset-requests": "20ms", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-remaining-tokens": "100" }, 20],
    [{ "x-ratelimit-reset-requests": "1h2m3.5s", "x-ratelimit-remaining-requests": "0" }, 3_723_500],
    [{ "x-ratelimit-reset-requests": "9s", "x-ratelimit-remaining-requests": "5" }, undefined],
    [{ "x-ratelimit-reset": String(now / 1000 + 60) }, 60_000],
    [{ "ratelimit-reset": "12", "ratelimit-remaining": "0" }, 12_000],
    [{ "retry-after": "2", "x-ratelimit-reset-tokens": "6m0s" }, 2000],
  ])("%o: %o", (headers, expected) => expect(readRetryAfter(headers, now)).toBe(expected));

  it("never throws, and gives a time that can be waited for", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        const wait = readRetryAfter({ "retry-after": first, "x-ratelimit-reset-x": second, date: second });
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});

describe("secrets", () => {
  it("do not show, however they are printed", () => {
    const secret = createSecret(key);
    const holder = { secret, list: [secret], map: new Map([["key", secret]]) };
    const printed = [inspect(holder, { depth: 9, showHidden: true }), JSON.stringify(holder), String(secret), inspect(secret), Object.keys(secret).join()];
    expect(printed.join("\n")).not.toContain("canary");
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(secret.reveal()).toBe(key);
  });

  it("are taken out of addresses", () => {
    expect(redactUrl(`https://me:${key}@acme.example:8080/v1/tts?key=${key}&model=a&key=2#${key}`)).toBe("https://acme.example:8080/v1/tts?key=...&model=...&key=...");
    expect(redactUrl(key)).toBe("an address that cannot be read");
  });
});

describe("checkOptions", () => {
  const schema = strictObject({
    apiKey: pipe(string(), minLength(8)),
    speed: optional(pipe(number(), minValue(0.5), maxValue(2))),
    format: optional(picklist(["pcm", "wav"])),
    baseUrl: optional(pipe(string(), url())),
    even: optional(pipe(number(), check((value) => value % 2 === 0, "an even number"))),
    nested: optional(strictObject({ depth: number() })),
  });
  const failing = (value: unknown): Promise<Error> => errorOf((async () => checkOptions({ engine: "acme", what: "the options of the acme engine", schema, value }))());

  it("gives what is right", () => {
    expect(checkOptions({ engine: "acme", what: "x", schema, value: { apiKey: key, speed: 1 } })).toEqual({ apiKey: key, speed: 1 });
  });

  it.each([
    [undefined, "`apiKey` is missing, expected"],
    [{ apiKey: 5 }, "`apiKey` is a number"],
    [{ apiKey: "sk-can" }, "`apiKey` is a string, expected at least 8 characters"],
    [{ apiKey: key, speed: "fast" }, "`speed` is a string, expected number"],
    [{ apiKey: key, speed: 9 }, "`speed` is a number out of bounds or not allowed, expected at most 2"],
    [{ apiKey: key, format: key }, '`format` is a string, expected ("pcm" | "wav")'],
    [{ apiKey: key, baseUrl: key }, "`baseUrl` is a string, expected another one (url)"],
    [{ apiKey: key, even: 3 }, "expected an even number"],
    [{ apiKey: key, speeed: 1 }, "there is no option `speeed`. Known options: apiKey, speed"],
    [{ apiKey: key, [key.repeat(3)]: 1 }, "there is no option `(an odd name)`"],
    [{ apiKey: key, nested: { depth: "x" } }, "`nested.depth` is a string, expected number"],
    [key, "it is a string, expected Object"],
    [null, "`apiKey` is missing"],
    [[1], "`apiKey` is missing"],
  ])("%o: %s", async (value, message) => {
    const error = await failing(value);
    expect(error).toMatchObject({ code: "INVALID_CONFIG", engine: "acme" });
    expect(error.message).toContain(message);
    expect(inspect(error)).not.toContain("canary");
  });
});
