import { describe } from "vitest";
import { at, type Fields, ok, privateStory, type Step, story } from "./story.ts";

const SECRET = { authorization: "Basic Zm9vOmJhcg==" };

/** A response to a request with Authorization, and a request without. */
function authorised(fields: Fields, then: "origin" | "cache"): readonly Step[] {
  return [
    { origin: ok({ date: at(0), ...fields }), send: SECRET, forwarded: SECRET },
    { after: 3, from: then },
  ];
}

describe("RFC 9111 §3.5: responses to requests with Authorization", () => {
  story("one that is fresh is not stored", authorised({ "cache-control": "max-age=100000" }, "origin"));
  story("one that Expires says is fresh is not stored", authorised({ expires: at(3600) }, "origin"));
  story("one that is public is", authorised({ "cache-control": "max-age=3600, public" }, "cache"));
  story("one with must-revalidate is", authorised({ "cache-control": "max-age=3600, must-revalidate" }, "cache"));
  story("one with s-maxage is", authorised({ "cache-control": "s-maxage=3600" }, "cache"));
  story(
    "one with an s-maxage that is no number is not",
    authorised({ "cache-control": "max-age=60, s-maxage=x" }, "origin"),
  );
  story("one with proxy-revalidate is not", authorised({ "cache-control": "max-age=60, proxy-revalidate" }, "origin"));
  story(
    "one that is public and private is not",
    authorised({ "cache-control": "max-age=60, public, private" }, "origin"),
  );
  story("one for another is not given to who asks with Authorization", [
    { origin: ok({ "cache-control": "max-age=60" }), send: SECRET },
    { send: { authorization: "Basic b3RoZXI=" }, from: "origin" },
  ]);
  story("one to a request without is an answer to a request with it", [
    { origin: ok({ "cache-control": "max-age=60" }) },
    { send: SECRET, from: "cache" },
  ]);
  privateStory("a cache of one user stores them, told apart by it", [
    { origin: ok({ "cache-control": "max-age=60" }), send: SECRET },
    { send: SECRET, from: "cache" },
    { from: "origin" },
  ]);
});

describe("requests with Cookie", () => {
  story("are answered with what is stored for all", [
    { origin: ok({ "cache-control": "max-age=100000" }) },
    { send: { cookie: "a=b" }, from: "cache" },
  ]);
  story("have their responses stored for all, where these say so", [
    { origin: ok({ "cache-control": "max-age=100000" }), send: { cookie: "a=b" } },
    { from: "cache" },
  ]);
});
