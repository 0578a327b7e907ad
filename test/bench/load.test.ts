import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endOf, sendRequests } from "../../bench/harness/load.ts";

describe("sendRequests()", () => {
  let server: Server;
  let address: URL;
  let requests = 0;
  let open = 0;
  let mostOpen = 0;
  const ports = new Set<number | undefined>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests++;
      mostOpen = Math.max(mostOpen, ++open);
      ports.add(request.socket.remotePort);
      response.statusCode = request.url === "/broken" ? 500 : 200;
      setTimeout(() => {
        open--;
        // Of the two, one tells its length, and one is in chunks.
        if (requests % 2 === 0) response.end("x".repeat(100_000));
        else {
          response.write("x");
          response.end("y".repeat(100_000));
        }
      }, 5);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(() => server.close());

  it("sends as many requests as it is told, over as many connections at once", async () => {
    await sendRequests(address, 5, 42);
    expect([requests, ports.size, mostOpen]).toEqual([42, 5, 5]);
  });

  it("fails where an answer is no success", async () => {
    await expect(sendRequests(new URL("/broken", address), 1, 1)).rejects.toThrow("answers HTTP/1.1 500");
  });
});

describe("endOf()", () => {
  const head = "HTTP/1.1 200 OK\r\n";

  it("waits for the whole body, by its length", () => {
    expect(endOf(`${head}content-length: 3\r\n\r\nab`)).toBe("not yet");
    expect(endOf(`${head}Content-Length: 3\r\n\r\nabc`)).toBe("well");
  });

  it("waits for the last chunk", () => {
    expect(endOf(`${head}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`)).toBe("not yet");
    expect(endOf(`${head}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`)).toBe("well");
  });

  it("takes any other status for a failure", () => {
    expect(endOf("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")).toBe("badly");
  });
});
