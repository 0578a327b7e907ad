import { connect, type Socket } from "node:net";

/** Sends a number of requests over some connections, each the next one when it has its answer. */
export async function sendRequests(url: URL, connections: number, requests: number): Promise<void> {
  const { hostname, port, pathname, search } = url;
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
  let left = requests;
  const work = async (): Promise<void> => {
    const connection = await openConnection(hostname, Number(port));
    try {
      while (left > 0) {
        left--;
        await connection.exchange(request);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, requests) }, work));
}

/** A connection that is kept. */
export interface Connection {
  /** Sends a request, and resolves with the whole answer, one character for each byte. */
  exchange(request: string): Promise<string>;
  close(): void;
}

export async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return { exchange: (request) => exchange(socket, request), close: () => socket.destroy() };
}

function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const read = (part: Buffer): void => {
      // One character for each byte.
      answer += part.toString("latin1");
      const end = endOf(answer);
      if (end === "not yet") return;
      leave();
      if (end === "well") resolve(answer);
      else reject(new Error(`answers ${answer.split("\r\n", 1)[0]}`));
    };
    const fail = (): void => {
      leave();
      reject(new Error("closes the connection"));
    };
    const leave = (): void => void socket.off("data", read).off("close", fail).off("error", fail);
    socket.on("data", read).once("close", fail).once("error", fail);
    socket.write(request);
  });
}

/** Tells whether an answer is whole: by its length, or by the last of its chunks. */
export function endOf(answer: string): "well" | "not yet" | "badly" {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd === -1) return "not yet";
  const head = answer.slice(0, headEnd);
  if (!head.startsWith("HTTP/1.1 200")) return "badly";
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return answer.length >= headEnd + 4 + Number(length) ? "well" : "not yet";
  return answer.endsWith("\r\n0\r\n\r\n") ? "well" : "not yet";
}
