import type { Context } from "hono";
import { safeParse, type GenericSchema } from "valibot";
import { Problem } from "../problem/problem.ts";
import type { Limits } from "../services.ts";
import type { UploadHold } from "../uploads/upload-room.ts";
import { bodySourceOf } from "./body-source.ts";
import { problemOfIssue } from "./problem-of-issue.ts";
import type { RouteBody, ServerEnvironment } from "./route.ts";

/** How deep a JSON body may be nested. */
const mostDepth = 16;

/** Names by which the prototype of all objects could be reached. */
const poisonedNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A body that was read and checked. */
export interface ReadBody {
  readonly body: unknown;
  readonly upload: Uint8Array | undefined;
}

/** What a form is read by. */
export interface FormOptions {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Where an upload is counted. */
  readonly hold: UploadHold;
  /** The one field that may be an upload. */
  readonly file: string | undefined;
}

/** Reads the form of a request: what `readForm` of the uploads does. */
export type ReadForm = (context: Context<ServerEnvironment>, options: FormOptions) => Promise<{ readonly fields: Readonly<Record<string, unknown>>; readonly upload: Uint8Array | undefined }>;

/** What {@link readBody} needs besides the request. */
export interface ReadBodyOptions {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly hold: UploadHold;
  readonly readForm: ReadForm;
}

/**
 * Reads and checks what a request brings, up to its limit.
 *
 * @throws Problem 400 for what is not as the schema says, 413 for too much, 415 for another type or a packed body, 503 where too many uploads are held.
 */
export async function readBody(context: Context<ServerEnvironment>, body: RouteBody, { limits, signal, hold, readForm }: ReadBodyOptions): Promise<ReadBody> {
  if (body.kind === "none") return { body: undefined, upload: undefined };
  const request = context.req.raw;
  const encoding = request.headers.get("content-encoding");
  // A few bytes could unpack to gigabytes.
  if (encoding !== null && encoding.toLowerCase() !== "identity") throw new Problem(415, "packed_body", "The body is packed (`Content-Encoding`), which is not taken. Send it as it is.");
  const type = mediaType(request);
  if (type === "application/json" || (body.kind === "json" && body.mayBeEmpty === true)) {
    const bytes = await readBytes(context, { limit: limits.bodyBytes, signal });
    const isEmpty = bytes.length === 0 && body.kind === "json" && body.mayBeEmpty === true;
    if (!isEmpty && type !== "application/json") throw wrongType("application/json");
    return { body: check(body.schema, isEmpty ? {} : parseJson(bytes)), upload: undefined };
  }
  if (body.kind === "json") throw wrongType("application/json");
  if (type !== "multipart/form-data" && type !== "application/x-www-form-urlencoded") throw wrongType("application/json, multipart/form-data or application/x-www-form-urlencoded");
  const form = await readForm(context, { limits, signal, hold, file: body.file });
  refusePoison(form.fields, 0);
  return { body: check(body.schema, form.fields), upload: form.upload };
}

function mediaType(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function wrongType(expected: string): Problem {
  return new Problem(415, "unsupported_media_type", `The body has to be ${expected}, and its \`Content-Type\` has to say so.`);
}

function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, "invalid_json", "The body is no JSON in UTF-8.");
  }
  refusePoison(value, 0);
  return value;
}

/** What {@link readBytes} reads by. */
export interface ReadBytesOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Is told how many bytes there are to be room for, before there is; may throw. */
  readonly onRoom?: ((bytes: number) => void) | undefined;
}

/** Reads a body as a whole, and stops as soon as it is longer than `limit` bytes. */
export async function readBytes(context: Pick<Context<ServerEnvironment>, "env" | "req">, { limit, signal, onRoom }: ReadBytesOptions): Promise<Uint8Array> {
  const tooLong = (): Problem => new Problem(413, "body_too_large", `The body is longer than the ${limit} bytes that are taken.`, { headers: { connection: "close" } });
  if (Number(context.req.raw.headers.get("content-length") ?? 0) > limit) throw tooLong();
  // Nobody knows when the next part comes; a server that closes does not wait for it.
  signal.throwIfAborted();
  const source = bodySourceOf(context, signal);
  if (source === undefined) return new Uint8Array();
  let isLeft = false;
  try {
    let bytes = new Uint8Array();
    let length = 0;
    for (;;) {
      const part = await source.next();
      if (part === undefined) return bytes.subarray(0, length);
      if (length + part.byteLength > limit) throw tooLong();
      bytes = withRoom(bytes, { needed: length + part.byteLength, limit, onRoom });
      bytes.set(part, length);
      length += part.byteLength;
    }
  } catch (error) {
    // What is left of a body that is refused is for whoever answers.
    isLeft = error instanceof Problem;
    throw error;
  } finally {
    source.close(isLeft);
  }
}

/** The first room for a body, in bytes. */
const firstRoom = 4_096;

/** Bytes with room for so many, at least twice as much as before. The parts themselves are not kept: a body may come byte by byte, and each would cost a hundred. */
function withRoom(bytes: Uint8Array<ArrayBuffer>, { needed, limit, onRoom }: Pick<ReadBytesOptions, "limit" | "onRoom"> & { readonly needed: number }): Uint8Array<ArrayBuffer> {
  if (needed <= bytes.length) return bytes;
  const room = Math.min(limit, Math.max(needed, 2 * bytes.length, firstRoom));
  onRoom?.(room);
  const larger = new Uint8Array(room);
  larger.set(bytes);
  return larger;
}

function refusePoison(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= mostDepth) throw new Problem(400, "too_deep", `The body is nested deeper than ${mostDepth} levels.`);
  for (const [name, entry] of Object.entries(value)) {
    if (poisonedNames.has(name)) throw new Problem(400, "invalid_request", `The body has a field ${JSON.stringify(name)}, which is never taken.`, { field: name });
    refusePoison(entry, depth + 1);
  }
}

function check(schema: GenericSchema, value: unknown): unknown {
  const checked = safeParse(schema, withoutNulls(schema, value), { abortPipeEarly: true });
  if (checked.success) return checked.output;
  throw problemOfIssue(checked.issues[0]);
}

/** Many serializers write null for what is not set: of a field that may be absent it is the same. */
function withoutNulls(schema: GenericSchema, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name, entry]) => entry !== null || !isOptional(schema, name)));
}

function isOptional(schema: GenericSchema, name: string): boolean {
  const entries: object = "entries" in schema && typeof schema.entries === "object" && schema.entries !== null ? schema.entries : {};
  const entry: unknown = Object.hasOwn(entries, name) ? (entries as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof entry === "object" && entry !== null && "type" in entry && entry.type === "optional";
}
