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

/** Sends bytes as they are, and resolves with the status of the answer as soon as that is there; what follows it is not waited for. */
export async function rawStatus(url: string, text: string, waitMs = 5_000): Promise<number> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    const close = (): void => void socket.destroy();
    socket.setTimeout(waitMs, close);
    socket.setEncoding("latin1");
    let answer = "";
    socket.on("data", (data: string) => {
      answer += data;
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      if (status === undefined) return;
      resolve(Number(status));
      close();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`The server closed without a status, after ${JSON.stringify(answer.slice(0, 80))}.`)));
  });
}
