import type { Context } from "hono";
import { Problem } from "../problem/problem.ts";
import { readBytes, type FormOptions } from "../route/read-body.ts";
import type { ServerEnvironment } from "../route/route.ts";
import type { Limits } from "../services.ts";
import { parseMultipart, type FormPart } from "./multipart.ts";

/** What a form brings. */
export interface ReadForm {
  /** Text fields by name; without a prototype. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What was uploaded; undefined where nothing was, or an empty file. */
  readonly upload: Uint8Array | undefined;
}

/**
 * Reads a form, `multipart/form-data` or `application/x-www-form-urlencoded`, up to its limit: `bodyBytes` for the fields, and `uploadBytes` for the one field `file` that
 * may be an upload. A file in another field, text in that one (a path, an address), and a field that comes twice are refused.
 *
 * @throws Problem 400 and 413, and 503 where there is no room for one more upload.
 */
export async function readForm(context: Context<ServerEnvironment>, { limits, signal, hold, file }: FormOptions): Promise<ReadForm> {
  const contentType = context.req.raw.headers.get("content-type") ?? "";
  const isMultipart = /^\s*multipart\/form-data\b/i.test(contentType);
  const most = limits.bodyBytes + (isMultipart && file !== undefined ? limits.uploadBytes : 0);
  // What is no longer than the fields may be is not counted: a request without an upload is never refused for those of others.
  const bytes = await readBytes(context, { limit: most, signal, onRoom: (room) => hold.need(room - limits.bodyBytes) });
  const parts = isMultipart ? parseMultipart(bytes, contentType) : parseEncoded(bytes);
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let upload: Uint8Array | undefined;
  let fieldBytes = 0;
  for (const part of parts) {
    if (Object.hasOwn(fields, part.name) || (part.name === file && upload !== undefined)) throw twice(part.name);
    if (part.name === file) upload = uploadOf(part, limits);
    else {
      fieldBytes += part.bytes.length;
      if (fieldBytes > limits.bodyBytes) throw new Problem(413, "body_too_large", `The fields of the form are longer than the ${limits.bodyBytes} bytes that are taken.`);
      fields[part.name] = textOf(part);
    }
  }
  return { fields, upload };
}

function uploadOf(part: FormPart, { uploadBytes }: Limits): Uint8Array | undefined {
  // What browsers send for a file field that was left empty, and scripts for one they do not use.
  if (part.bytes.length === 0) return undefined;
  if (!part.isFile) throw new Problem(400, "no_file", `The field ${JSON.stringify(part.name)} has to be an uploaded file; paths and addresses are not taken.`, { field: part.name });
  if (part.bytes.length > uploadBytes) throw new Problem(413, "upload_too_large", `The uploaded file is longer than the ${uploadBytes} bytes that are taken.`, { field: part.name });
  return part.bytes;
}

function textOf({ name, isFile, bytes }: FormPart): string {
  if (isFile) throw new Problem(400, "unexpected_file", `The field ${JSON.stringify(name)} cannot be a file.`, { field: name });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(400, "invalid_form", `The field ${JSON.stringify(name)} is no text in UTF-8.`, { field: name });
  }
}

function parseEncoded(body: Uint8Array): readonly FormPart[] {
  const parts: FormPart[] = [];
  for (const [name, value] of new URLSearchParams(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"))) {
    if (parts.length === 32) throw new Problem(400, "invalid_form", "The form has more than 32 fields.");
    parts.push({ name: name.slice(0, 128), isFile: false, bytes: Buffer.from(value, "utf8") });
  }
  return parts;
}

function twice(name: string): Problem {
  return new Problem(400, "invalid_form", `The form has the field ${JSON.stringify(name.slice(0, 64))} twice.`, { field: name.slice(0, 64) });
}
