/** Polynomial of Ogg's checksum (RFC 3533, 6). */
const polynomial = 0x04c1_1db7;

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value < 0 ? polynomial : 0);
  return value >>> 0;
});

/** Where the checksum stands in a page. */
export const checksumOffset = 22;

/** The checksum of a page, its own field taken as zero. */
export function oggChecksum(page: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < page.length; index += 1) {
    const byte = index >= checksumOffset && index < checksumOffset + 4 ? 0 : (page[index] as number);
    sum = (sum << 8) ^ (table[((sum >>> 24) ^ byte) & 0xff] as number);
  }
  return sum >>> 0;
}
