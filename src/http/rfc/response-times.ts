/** When a response was asked for and when it came, in epoch ms of this cache's clock (RFC 9111 §4.2.3: request_time, response_time). */
export interface ResponseTimes {
  readonly requestedAt: number;
  readonly receivedAt: number;
}

/** The same, and since when the response is as old as what it saw: after every stamp that its isolate knew. */
export interface RunTimes extends ResponseTimes {
  readonly begunAt: number;
}
