package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A data file and how to read it.
 *
 * <p>Chats are written out plainly, since a tokenizer's chat template is not evaluated: {@code
 * System: ...}, {@code User: ...} and {@code Assistant: ...}, a line each; what stands after {@code
 * Assistant:} is learned, in every assistant turn, and what follows the last one is left out.
 *
 * @param file records, see {@link RecordFile}, or a text in UTF-8, {@code .gz} or not
 * @param format its layout
 * @param template how instructions become prompts
 * @param separator what stands between two documents of a plain text; empty for one document only
 * @param filter which records to read; empty for all
 * @param offset how many documents to leave out first
 * @param limit how many documents to take at most, 0 for all
 */
public record DataSource(
    Path file,
    DataFormat format,
    PromptTemplate template,
    String separator,
    Optional<RowFilter> filter,
    int offset,
    int limit) {
  private static final String KNOWN = "instruction + output, prompt + response, messages, or text";

  /**
   * @throws PalimpsestException if offset or limit is negative
   */
  public DataSource {
    if (offset < 0 || limit < 0) {
      throw new PalimpsestException(
          "offset " + offset + " and limit " + limit + " must be 0 or more");
    }
  }

  /** The whole file, its format seen from its content, instructions by the Alpaca template. */
  public static DataSource of(Path file) {
    return new DataSource(
        file, DataFormat.SNIFFED, PromptTemplate.ALPACA, "", Optional.empty(), 0, 0);
  }

  /** A plain text. */
  public static DataSource text(Path file, String separator) {
    return new DataSource(
        file, DataFormat.TEXT, PromptTemplate.ALPACA, separator, Optional.empty(), 0, 0);
  }

  /** The same file in a stated format. */
  public DataSource as(DataFormat stated) {
    return new DataSource(file, stated, template, separator, filter, offset, limit);
  }

  /** The same with another template. */
  public DataSource with(PromptTemplate other) {
    return new DataSource(file, format, other, separator, filter, offset, limit);
  }

  /** The same with a filter on its records. */
  public DataSource where(RowFilter condition) {
    return new DataSource(file, format, template, separator, Optional.of(condition), offset, limit);
  }

  /** A part of the file: {@code limit} documents (0: all) after the first {@code offset}. */
  public DataSource slice(int from, int most) {
    return new DataSource(file, format, template, separator, filter, from, most);
  }

  /**
   * Reads the documents.
   *
   * @throws PalimpsestException if the file cannot be read, is not UTF-8, is empty, is malformed
   *     (file and line), lacks a key (file, line and key), is of no known format (what was found),
   *     or nothing is left of it
   */
  public List<Document> documents() {
    boolean text = isText();
    if (text && filter.isPresent()) {
      throw RowFilter.problem(
          filter.get().condition(), file + " is a plain text, and has no records to filter");
    }
    List<Document> all =
        text ? split(Utf8Text.read(file)) : records(new RecordFile(file, filter).records());
    if (offset >= all.size()) {
      throw new PalimpsestException(
          "offset " + offset + " leaves nothing of the " + all.size() + " documents of " + file);
    }
    int end = limit == 0 ? all.size() : (int) Math.min(all.size(), (long) offset + limit);
    return List.copyOf(all.subList(offset, end));
  }

  private boolean isText() {
    if (format != DataFormat.SNIFFED) {
      return format == DataFormat.TEXT;
    }
    String name = RecordFile.kind(file.toString());
    if (name.endsWith(".json") || name.endsWith(".jsonl") || RecordFile.isTable(name)) {
      return false;
    }
    char first = Utf8Text.read(file).stripLeading().charAt(0);
    return name.endsWith(".txt") || (first != '[' && first != '{');
  }

  private List<Document> split(String text) {
    List<Document> documents = new ArrayList<>();
    String[] parts =
        separator.isEmpty() ? new String[] {text} : text.split(Pattern.quote(separator), -1);
    int line = 1;
    for (String part : parts) {
      String trimmed = part.strip();
      if (!trimmed.isEmpty()) {
        int blank = lines(part.substring(0, part.indexOf(trimmed)));
        documents.add(learned(file + ":" + (line + blank), documents.size(), trimmed));
      }
      line += lines(part) + lines(separator);
    }
    if (documents.isEmpty()) {
      throw new PalimpsestException(file + " has no text beside the separator");
    }
    return documents;
  }

  private static int lines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  private List<Document> records(List<JsonRecord> records) {
    DataFormat layout = format == DataFormat.SNIFFED ? sniff(records.get(0)) : format;
    return records.stream()
        .map(
            r ->
                switch (layout) {
                  case INSTRUCTIONS ->
                      answer(
                          r,
                          template.prompt(r.text("instruction"), r.textOrEmpty("input")),
                          r.text("output"));
                  case PROMPT_RESPONSE -> answer(r, r.text("prompt"), r.text("response"));
                  case CHAT -> chat(r);
                  case TEXT_RECORDS -> learned(r.origin(), r.number(), r.text("text").strip());
                  case SNIFFED, TEXT -> throw new IllegalStateException(layout + " has no records");
                })
        .toList();
  }

  private static DataFormat sniff(JsonRecord first) {
    Set<String> keys = first.keys();
    if (keys.contains("messages")) {
      return DataFormat.CHAT;
    }
    if (keys.contains("instruction") || keys.contains("output")) {
      return DataFormat.INSTRUCTIONS;
    }
    if (keys.contains("prompt") || keys.contains("response")) {
      return DataFormat.PROMPT_RESPONSE;
    }
    if (keys.contains("text")) {
      return DataFormat.TEXT_RECORDS;
    }
    throw new PalimpsestException(
        first.origin()
            + ": cannot tell the format: found "
            + (keys.isEmpty() ? "no keys" : "keys " + String.join(", ", keys))
            + "; expected "
            + KNOWN
            + (keys.contains("choices") ? "; this is a multiple-choice file" : ""));
  }

  private static Document learned(String origin, int number, String text) {
    return new Document(origin, number, List.of(new Exchange("", text)), false);
  }

  private static Document answer(JsonRecord r, String prompt, String response) {
    return new Document(r.origin(), r.number(), List.of(new Exchange(prompt, response)), true);
  }

  private static Document chat(JsonRecord r) {
    JsonNode messages = r.required("messages");
    if (!messages.isArray()) {
      throw new PalimpsestException(
          r.origin() + ": key 'messages' must be an array, not " + JsonRecord.kind(messages));
    }
    List<Exchange> exchanges = new ArrayList<>();
    StringBuilder context = new StringBuilder();
    int number = 0;
    for (JsonNode node : messages) {
      JsonRecord message = new JsonRecord(r.origin() + ": message " + (number + 1), number++, node);
      String role = message.text("role");
      String content = message.text("content");
      switch (role) {
        case "system" -> context.append("System: ").append(content).append('\n');
        case "user" -> context.append("User: ").append(content).append('\n');
        case "assistant" -> {
          exchanges.add(new Exchange(context.append("Assistant:").toString(), " " + content));
          context.setLength(0);
          context.append('\n');
        }
        default ->
            throw new PalimpsestException(
                message.origin() + ": role '" + role + "' is none of system, user, assistant");
      }
    }
    if (exchanges.isEmpty()) {
      throw new PalimpsestException(r.origin() + ": 'messages' has no assistant turn to learn");
    }
    return new Document(r.origin(), r.number(), exchanges, true);
  }
}
