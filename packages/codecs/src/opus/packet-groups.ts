/** Packets that are written together, and how many came before them. */
export interface PacketGroup {
  readonly packets: readonly Uint8Array[];
  readonly firstPacket: number;
}

/** Gathers packets into pages or clusters. */
export interface PacketGroups {
  push(packets: readonly Uint8Array[]): PacketGroup[];
  /** All that is left. */
  flush(): PacketGroup[];
}

/** Packets of 20 ms in a group: 100 ms, which costs 32 bytes of Ogg, or 24 of WebM, for 400 of speech. */
const groupPackets = 5;

/** Makes one. The first packet goes alone, so that the first sound does not wait. */
export function createPacketGroups(): PacketGroups {
  let waiting: Uint8Array[] = [];
  let firstPacket = 0;

  const take = (count: number): PacketGroup => {
    const group = { packets: waiting.slice(0, count), firstPacket };
    waiting = waiting.slice(count);
    firstPacket += group.packets.length;
    return group;
  };
  const size = (): number => (firstPacket === 0 ? 1 : groupPackets);

  return {
    push(packets) {
      waiting.push(...packets);
      const groups: PacketGroup[] = [];
      while (waiting.length >= size()) groups.push(take(size()));
      return groups;
    },
    flush() {
      const groups: PacketGroup[] = [];
      while (waiting.length > 0) groups.push(take(groupPackets));
      return groups;
    },
  };
}
