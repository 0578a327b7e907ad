import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

/** A connection of its own, and the response on it. */
export class Client {
  readonly response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.response = response;
  }

  /** Resolves when the head of the response is there. */
  static async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
    return Client.begin(url, headers).answered;
  }

  /** Sends a request whose client may leave before it is answered. */
  static begin(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): { readonly answered: Promise<Client>; readonly leave: () => void } {
    const outgoing = request(url, { agent: false, headers });
    outgoing.end();
    const answered = once(outgoing, "response").then(([response]) => new Client(response as IncomingMessage));
    // Whoever leaves does not look at what becomes of the connection.
    outgoing.on("error", () => {});
    answered.catch(() => {});
    return { answered, leave: () => outgoing.socket?.resetAndDestroy() };
  }

  /** The next bytes that arrive. */
  async next(): Promise<string> {
    const [chunk] = (await once(this.response, "data")) as [Buffer];
    return chunk.toString();
  }

  /** The rest. */
  async text(): Promise<string> {
    let text = "";
    for await (const chunk of this.response) text += String(chunk);
    return text;
  }

  /** How many bytes the rest is. */
  async bytes(): Promise<number> {
    let bytes = 0;
    for await (const chunk of this.response) bytes += (chunk as Buffer).length;
    return bytes;
  }

  /** Resets the connection: for workerd, an orderly end is a client that has sent everything, and waits. */
  leave(): void {
    this.response.on("error", () => {});
    this.response.socket.resetAndDestroy();
  }
}
