/** How many places a user's number takes. */
export const ID_WIDTH = 6;

/** What short numbers are filled with. */
export const FILL = "0";

/** How many rows a page has. */
export const PAGE_SIZE = 25;
