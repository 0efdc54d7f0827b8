/** The primary language of a BCP 47 tag, in small letters. */
export function primaryOf(language: string): string {
  return (language.split(/[-_]/u)[0] ?? "").toLowerCase();
}
