/** Which elements, attributes and values of SSML an engine honours. */
export interface SsmlSupport {
  /** It takes SSML at all. */
  readonly takesMarkup: boolean;
  element(name: string): boolean;
  attribute(name: string, attribute: string): boolean;
  value(name: string, attribute: string, value: string): boolean;
  /** Names that may be told to the app: they are the engine's own. */
  readonly names: ReadonlySet<string>;
}

interface ElementSupport {
  /** Undefined: all of them. */
  attributes: Map<string, Set<string> | undefined> | undefined;
}

/**
 * Reads the list of `Capabilities.ssml`. `"prosody"` is the element with all its attributes. `"prosody@rate"` is the element with the attributes that
 * are listed so, and no others; `"say-as@interpret-as=characters"` says the same of values.
 *
 * @example
 * ```ts
 * const support = readSupport(["speak", "break", "prosody@rate", "prosody@volume"]);
 * support.attribute("prosody", "pitch"); // false
 * ```
 */
export function readSupport(list: readonly string[]): SsmlSupport {
  const elements = new Map<string, ElementSupport>();
  for (const entry of list) {
    const [, name = entry, attribute, value] = /^([^@]+)(?:@([^=]+)(?:=(.*))?)?$/su.exec(entry) ?? [];
    const element = elements.get(name) ?? { attributes: undefined };
    elements.set(name, element);
    if (attribute === undefined) continue;
    element.attributes ??= new Map();
    const values = element.attributes.get(attribute);
    if (value === undefined) element.attributes.set(attribute, undefined);
    else if (values !== undefined || !element.attributes.has(attribute)) element.attributes.set(attribute, new Set([...(values ?? []), value]));
  }
  const hasAttribute = (name: string, attribute: string): boolean => {
    const element = elements.get(name);
    return element !== undefined && (element.attributes === undefined || element.attributes.has(attribute));
  };
  return {
    takesMarkup: elements.size > 0,
    names: new Set(elements.keys()),
    element: (name) => elements.has(name),
    attribute: hasAttribute,
    value(name, attribute, value) {
      if (!hasAttribute(name, attribute)) return false;
      const values = elements.get(name)?.attributes?.get(attribute);
      return values === undefined || values.has(value);
    },
  };
}
