import { connect } from "node:net";

/** Sends bytes as they are, which clients would not, and resolves with all that came back until the other end closed. */
export async function rawRequest(url: string, text: string, waitMs = 5_000): Promise<string> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    let answer = "";
    socket.setTimeout(waitMs, () => socket.destroy());
    socket.setEncoding("latin1");
    socket.on("data", (data: string) => (answer += data));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
