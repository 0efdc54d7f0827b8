const tagPattern = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/gu;
const entityPattern = /&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/giu;

/** What a strict reader of XML would refuse in SSML, in words; undefined where nothing is wrong. Knows tags, attributes and entities. */
export function findSsmlFault(ssml: string): string | undefined {
  const open: string[] = [];
  let from = 0;
  for (const match of ssml.matchAll(tagPattern)) {
    const fault = findTextFault(ssml.slice(from, match.index));
    if (fault !== undefined) return fault;
    from = match.index + match[0].length;
    const [, closing, opening, , empty] = match;
    if (opening !== undefined && empty === "") open.push(opening);
    if (closing !== undefined && open.pop() !== closing) return `an end tag where none is expected`;
  }
  return findTextFault(ssml.slice(from)) ?? (open.length > 0 ? `a tag that is not closed` : undefined);
}

/** The names of the elements of SSML, each once. */
export function ssmlElements(ssml: string): Set<string> {
  return new Set([...ssml.matchAll(tagPattern)].flatMap((match) => match[2] ?? []));
}

/** The value of an attribute of the first element of a name. */
export function ssmlAttribute(ssml: string, element: string, attribute: string): string | undefined {
  for (const match of ssml.matchAll(tagPattern)) {
    if (match[2] !== element) continue;
    const found = new RegExp(`\\s${attribute}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "u").exec(match[3] ?? "");
    return found?.[1] ?? found?.[2];
  }
  return undefined;
}

/** What stands between the tags, as it is written, without white space around it. */
export function ssmlWrittenText(ssml: string): string {
  return ssml.replaceAll(tagPattern, "").trim();
}

function findTextFault(text: string): string | undefined {
  if (text.includes("<")) return `a "<" that begins no tag`;
  return text.replaceAll(entityPattern, "").includes("&") ? `an "&" that begins no entity` : undefined;
}
