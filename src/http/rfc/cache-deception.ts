const FONT = ["font/", "application/font", "application/x-font", "application/vnd.ms-opentype"];
const SCRIPT = ["text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"];
const OFFICE = ["application/vnd.openxmlformats-officedocument", "application/vnd.ms-", "application/msword"];
const GZIP = ["application/gzip", "application/x-gzip", "application/x-tar", "application/x-compressed"];
const ZIP = ["application/zip", "application/x-zip"];
const MEDIA = ["video/", "audio/"];
const IMAGE = ["image/"];

const KINDS: readonly (readonly [extensions: string, prefixes: readonly string[]])[] = [
  ["avif bmp cur heic heif ico jfif jpeg jpg jxl pict png svg svgz tif tiff webp", IMAGE],
  ["apng gif", [...IMAGE, "video/"]],
  ["css", ["text/css"]],
  ["cjs js mjs", SCRIPT],
  ["map", [...SCRIPT, "application/json", "text/plain"]],
  ["wasm", ["application/wasm"]],
  ["eot otf ttf woff woff2", [...FONT, "application/vnd.ms-fontobject"]],
  ["aac avi flac flv m4a m4v mid midi mkv mov mp3 mp4 mpeg mpg oga opus wav weba webm wmv", MEDIA],
  ["ogg ogv", [...MEDIA, "application/ogg"]],
  ["csv", ["text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"]],
  ["pdf", ["application/pdf"]],
  ["eps ps", ["application/postscript", "image/"]],
  ["doc docx ppt pptx xls xlsx", [...OFFICE, ...ZIP]],
  ["zip", ZIP],
  ["jar", ["application/java-archive", "application/x-java-archive", ...ZIP]],
  ["apk", ["application/vnd.android.package-archive", ...ZIP]],
  ["gz tar tgz", GZIP],
  ["bz2", ["application/x-bzip", "application/bzip2"]],
  ["xz", ["application/x-xz"]],
  ["zst", ["application/zstd"]],
  ["7z", ["application/x-7z-compressed"]],
  ["rar", ["application/vnd.rar", "application/x-rar"]],
  ["exe", ["application/x-msdownload", "application/x-msdos-program", "application/vnd.microsoft.portable-executable"]],
  ["dmg", ["application/x-apple-diskimage"]],
  ["iso", ["application/x-iso9660-image", "application/vnd.efi.iso"]],
  ["swf", ["application/x-shockwave-flash", "application/vnd.adobe.flash.movie"]],
  ["class", ["application/java-vm", "application/x-java"]],
  ["webmanifest", ["application/manifest+json", "application/json"]],
];

/**
 * What a URL's extension promises: how the media types of such files begin. Pages and data that programs write (html, json,
 * xml, txt) are not in it.
 */
export const STATIC_MEDIA_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  KINDS.flatMap(([extensions, prefixes]) => extensions.split(" ").map((extension) => [extension, prefixes] as const)),
);

/** Bytes of no stated kind: what servers send for files that they do not know. */
const ANY_KIND = "application/octet-stream";

/** Enough for what a proxy decodes and an origin decodes again. */
const MAX_DECODINGS = 3;

/** Where one server ends a path and another does not: web frameworks cut at these, raw or encoded. */
const DELIMITERS = /[\p{Cc}/\\;?#&%]/u;

const EXTENSION = /\.([a-z0-9]{1,16})[. ]*$/i;

/**
 * Tells whether a response is of another kind than its URL's extension promises, such as a page under `/account/x.css`: what
 * web cache deception makes a shared cache store. Reads the last part of the path, also behind delimiters that are encoded.
 * Does not notice a path that the origin resolves to another (`/static/..%2Faccount`).
 *
 * @throws {TypeError} where the URL is not absolute
 */
export function isDeceptive(url: string, contentType: string | null): boolean {
  const types = mediaTypes(contentType);
  return (
    types.length > 0 && promisedTypes(new URL(url)).some((prefixes) => !types.every((type) => isOf(type, prefixes)))
  );
}

function isOf(type: string, prefixes: readonly string[]): boolean {
  return type === ANY_KIND || prefixes.some((prefix) => type.startsWith(prefix));
}

/** Several fields are joined by commas; clients differ in which they heed, so each counts. */
function mediaTypes(contentType: string | null): readonly string[] {
  const unquoted = (contentType ?? "").replaceAll(/"(?:[^"\\]|\\.?)*(?:"|$)/g, "");
  const types = unquoted.split(",").map((member) => (member.split(";", 1)[0] ?? "").trim().toLowerCase());
  return types.filter((type) => type !== "");
}

function promisedTypes({ pathname }: URL): readonly (readonly string[])[] {
  const last = pathname.split("/").findLast((segment) => segment !== "") ?? "";
  const pieces = decoded(last).split(DELIMITERS);
  const promised = pieces.map((piece) => STATIC_MEDIA_TYPES.get(extensionOf(piece)));
  return promised.filter((prefixes) => prefixes !== undefined);
}

function extensionOf(name: string): string {
  return EXTENSION.exec(name)?.[1]?.toLowerCase() ?? "";
}

function decoded(segment: string): string {
  let text = segment;
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    text = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return text;
}
