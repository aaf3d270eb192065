package io.github.palimpsest.llm.text;

/** How a data file is laid out. Records are a JSON array or JSONL, one object a line. */
public enum DataFormat {
  /** One of the others, seen from the file and the keys of its first record. */
  SNIFFED,
  /** Records with {@code instruction}, {@code output} and, if there is one, {@code input}. */
  INSTRUCTIONS,
  /** Records with {@code prompt} and {@code response}; the prompt is taken as it stands. */
  PROMPT_RESPONSE,
  /** Records with {@code messages}: objects with {@code role} and {@code content}. */
  CHAT,
  /** Records with {@code text}. */
  TEXT_RECORDS,
  /** Plain text, cut into documents at a separator. */
  TEXT
}
