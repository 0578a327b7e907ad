const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Whether a text is the name of a field: a token (RFC 9110 §5.1, §5.6.2). */
export function isFieldName(text: string): boolean {
  return TOKEN.test(text);
}
