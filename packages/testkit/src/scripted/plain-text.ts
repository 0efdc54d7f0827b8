/** What an SSML document says, with everything at its old place. */
export interface PlainText {
  /** The text, with every tag replaced by as many spaces. */
  text: string;
  bookmarks: readonly { at: number; name: string }[];
}

/** Blanks the tags of SSML, and finds its bookmarks. */
export function plainTextOf(source: string, ssml: boolean): PlainText {
  if (!ssml) return { text: source, bookmarks: [] };
  const bookmarks: { at: number; name: string }[] = [];
  const text = source.replaceAll(/<[^<>]*>/gu, (tag, at: number) => {
    const name = /^<mark\s[^>]*?name\s*=\s*["']([^"']*)/u.exec(tag)?.[1];
    if (name !== undefined) bookmarks.push({ at, name });
    return " ".repeat(tag.length);
  });
  return { text, bookmarks };
}
