import { Problem } from "../problem/problem.ts";

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** It was sent as a file; by which name does not matter. */
  readonly isFile: boolean;
  /** A view of the body. */
  readonly bytes: Uint8Array;
}

/** Parts that a form may have. */
const mostParts = 32;
/** Bytes of the headers of one part. */
const mostHeaderBytes = 2_048;

/**
 * Takes a `multipart/form-data` body apart. Strict, since what it reads is anybody's: every part has a name, nothing stands before the first and the last is closed.
 * One pass, by looking for the boundary; nothing is copied.
 *
 * @throws Problem 400 for what is no such body.
 */
export function parseMultipart(body: Uint8Array, contentType: string): readonly FormPart[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const boundary = boundaryOf(contentType);
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  if (!bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))) throw malformed("it does not begin with its boundary");
  const parts: FormPart[] = [];
  let position = delimiter.length - 2;
  for (;;) {
    const after = bytes.toString("latin1", position, position + 2);
    if (after === "--") return parts;
    if (after !== "\r\n") throw malformed("a boundary does not end its line");
    if (parts.length === mostParts) throw malformed(`it has more than ${mostParts} parts`);
    const end = bytes.indexOf(delimiter, position);
    if (end < 0) throw malformed("its last part is not closed");
    parts.push(readPart(bytes.subarray(position + 2, end)));
    position = end + delimiter.length;
  }
}

function boundaryOf(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType.slice(0, 512));
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined || !/^[\w'()+,./:=? -]+$/.test(boundary)) throw malformed("its Content-Type names no boundary");
  return boundary;
}

function readPart(part: Buffer): FormPart {
  const head = part.subarray(0, mostHeaderBytes + 4);
  const end = head.indexOf("\r\n\r\n");
  if (end < 0) throw malformed(`the headers of a part do not end within ${mostHeaderBytes} bytes`);
  const disposition = head
    .toString("utf8", 0, end)
    .split("\r\n")
    .find((line) => /^content-disposition:\s*form-data\b/i.test(line));
  const name = /;\s*name="([^"\r\n]{1,128})"/i.exec(disposition ?? "")?.[1];
  if (disposition === undefined || name === undefined) throw malformed("a part has no name");
  return { name, isFile: /;\s*filename\*?=/i.test(disposition), bytes: part.subarray(end + 4) };
}

function malformed(found: string): Problem {
  return new Problem(400, "invalid_form", `The body is no form that can be read: ${found}.`);
}
