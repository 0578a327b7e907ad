/** By line: extensions, and how the media types of such files begin; "~" stands for "application/". */
const KINDS = `
avif bmp cur heic heif ico jfif jpeg jpg jxl pict png svg svgz tif tiff webp: image/
apng gif: image/ video/
css: text/css
cjs js mjs: text/javascript ~javascript ~x-javascript text/ecmascript
map: text/javascript ~javascript ~x-javascript text/ecmascript ~json text/plain
wasm: ~wasm
eot otf ttf woff woff2: font/ ~font ~x-font ~vnd.ms-opentype ~vnd.ms-fontobject
aac avi flac flv m4a m4v mid midi mkv mov mp3 mp4 mpeg mpg oga opus wav weba webm wmv: video/ audio/
ogg ogv: video/ audio/ ~ogg
csv: text/csv text/plain ~csv ~vnd.ms-excel
pdf: ~pdf
eps ps: ~postscript image/
doc docx ppt pptx xls xlsx: ~vnd.openxmlformats-officedocument ~vnd.ms- ~msword ~zip ~x-zip
zip: ~zip ~x-zip
jar: ~java-archive ~x-java-archive ~zip ~x-zip
apk: ~vnd.android.package-archive ~zip ~x-zip
gz tar tgz: ~gzip ~x-gzip ~x-tar ~x-compressed
bz2: ~x-bzip ~bzip2
xz: ~x-xz
zst: ~zstd
7z: ~x-7z-compressed
rar: ~vnd.rar ~x-rar
exe: ~x-msdownload ~x-msdos-program ~vnd.microsoft.portable-executable
dmg: ~x-apple-diskimage
iso: ~x-iso9660-image ~vnd.efi.iso
swf: ~x-shockwave-flash ~vnd.adobe.flash.movie
class: ~java-vm ~x-java
webmanifest: ~manifest+json ~json`;

/**
 * What a URL's extension promises: how the media types of such files begin. Pages and data that programs write (html, json,
 * xml, txt) are not in it.
 */
export const STATIC_MEDIA_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  KINDS.trim()
    .split("\n")
    .flatMap((line) => {
      const [extensions = [], types = []] = line.split(": ").map((words) => words.split(" "));
      const prefixes = types.map((type) => type.replace("~", "application/"));
      return extensions.map((extension) => [extension, prefixes] as const);
    }),
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
