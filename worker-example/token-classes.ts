import type { ShikiTransformer } from "shiki/core";

/** Turns the theme's inline styles into classes, so that the page needs no `unsafe-inline` and the HTML stays small. */
export const tokenClasses: ShikiTransformer = {
  pre(node) {
    node.properties = { class: "code", tabindex: 0 };
  },
  span(node) {
    const token = /--shiki-token-([a-z-]+)/.exec(String(node.properties["style"] ?? ""))?.[1];
    node.properties = token === undefined ? {} : { class: `t-${token}` };
  },
};
