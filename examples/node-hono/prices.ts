const CURRENCY = "NOK";

/** What the route reaches: a change here makes it cold, as one in the route does. */
export async function priceOf(id: string): Promise<string> {
  await new Promise((done) => setTimeout(done, 500)); // something slow
  return `${id} costs ${id.length * 100} ${CURRENCY}`;
}
