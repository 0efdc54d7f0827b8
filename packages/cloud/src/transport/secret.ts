/** A key or token that does not show when what holds it is printed, logged or turned into JSON. */
export interface Secret {
  /** The value: only for the header or address that needs it. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const HIDDEN = "[secret]";

/**
 * Holds a secret where only `reveal()` finds it: not in `util.inspect`, not in `JSON.stringify`, not in a template.
 *
 * @example
 * ```ts
 * const apiKey = createSecret(options.apiKey);
 * console.log({ apiKey }); // { apiKey: [secret] }
 * const headers = { authorization: `Bearer ${apiKey.reveal()}` };
 * ```
 */
export function createSecret(value: string): Secret {
  const hide = (): string => HIDDEN;
  const secret = Object.create(null, {
    reveal: { value: () => value },
    toString: { value: hide },
    toJSON: { value: hide },
    [Symbol.toPrimitive]: { value: hide },
    // What `util.inspect` and `console.log` of Node call.
    [Symbol.for("nodejs.util.inspect.custom")]: { value: hide },
  }) as Secret;
  return Object.freeze(secret);
}
