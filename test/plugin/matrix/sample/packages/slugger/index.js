import { toLatin } from "transliterate";

export const slugify = (text) => toLatin(text).toLowerCase().replaceAll(/\W+/g, "-");
