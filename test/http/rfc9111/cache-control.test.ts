import { describe } from "vitest";
import { at, ok, type Step, story } from "./story.ts";

/** A response with this Cache-Control, asked for once more after three seconds. */
function saying(cacheControl: string | readonly string[], then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok({ "cache-control": cacheControl }) }, { after: 3, from: then }];
}

describe("RFC 9111 §5.2: how Cache-Control is read", () => {
  story("the case of a name does not matter", saying("MaX-aGe=3600", "cache"));
  story("an age may be below zero for nobody", saying("max-age=-3600", "origin"));
  story("leading zeros are digits", saying("max-age=003600", "cache"));
  story("a value in quotes is one too", saying('max-age="3600"', "cache"));
  story("a value in single quotes is no number", saying("max-age='3600'", "origin"));
  story("a space before the equals sign makes no number", saying("max-age =3600", "origin"));
  story("a space after the equals sign makes no number", saying("max-age= 3600", "origin"));
  story("a fraction is no number, not even of nothing", saying("max-age=3600.0", "origin"));
  story("a fraction is no number", saying("max-age=3600.5", "origin"));
  story("a letter before it makes no number", saying("max-age=a3600", "origin"));
  story("a letter after it makes no number", saying("max-age=3600a", "origin"));
  story("a plus sign makes no number", saying("max-age=+3600", "origin"));
  story("a name without a value is no number", saying("max-age", "origin"));
  story("an empty value is no number", saying("max-age=", "origin"));
  story("a name that only begins so is another", saying("max-age2=3600", "origin"));
  story("a name that only ends so is another", saying("x-max-age=3600", "origin"));
  story("empty members are passed over", saying(", ,max-age=3600,,", "cache"));
  story("members need no space between them", saying("public,max-age=3600", "cache"));
  story("a semicolon separates nothing", saying("public; max-age=3600", "origin"));

  story("of two values in one line the first counts: a long one", saying("max-age=1800, max-age=1", "cache"));
  story("of two values on two lines the first counts: a long one", saying(["max-age=1800", "max-age=1"], "cache"));
  story("of two values in one line the first counts: a short one", saying("max-age=1, max-age=1800", "origin"));
  story("of two values on two lines the first counts: a short one", saying(["max-age=1", "max-age=1800"], "origin"));

  story("what is in quotes before it is no directive", saying('note="max-age=3600", max-age=1', "origin"));
  story("what is in quotes after it is no directive", saying('max-age=1, note="max-age=3600"', "origin"));
  story("a comma in quotes separates nothing", saying('note="a, max-age=1", max-age=3600', "cache"));
  story("a quote after a backslash ends no quotes", saying('note="a\\", max-age=1", max-age=3600', "cache"));
  story("no-store in quotes is none", saying('note="no-store", max-age=3600', "cache"));
  story("quotes that are never closed hide no no-store", saying('note="a, no-store, max-age=3600', "origin"));
  story("no-store with a value is no-store", saying("no-store=1, max-age=3600", "origin"));
  story("no-store after a space of any kind is no-store", saying("max-age=3600,\tno-store", "origin"));
  story("all lines are read", [
    { origin: ok({ "cache-control": ["max-age=3600", "no-store"], date: at(0) }) },
    { from: "origin" },
  ]);
});
