package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.ReadList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A data file and how to read it.
 *
 * <p>Chats are written out plainly, since a tokenizer's chat template is not evaluated: {@code
 * System: ...}, {@code User: ...} and {@code Assistant: ...}, a line each; what stands after {@code
 * Assistant:} is learned, in every assistant turn, and what follows the last one is left out and
 * counted. An instruction's {@code system} text takes the place of the template's introduction, and
 * the pairs of its {@code history} are earlier turns, learned like the last. A record whose answer
 * is empty or white space is dropped and counted.
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
   * Documents, and what became of the records.
   *
   * @param documents those that have something to learn; those of a large file stay there
   * @param counts how many were read, and how many dropped for which reason
   */
  public record Read(List<Document> documents, DataCounts counts) {
    /** Copies a list that can change. */
    public Read {
      documents = ReadList.copyOf(documents);
    }
  }

  /** The documents of {@link #read}. */
  public List<Document> documents() {
    return read().documents();
  }

  /**
   * Reads the documents. A file is read no further than the limit, unless a filter must see all of
   * it; memory is bounded whatever its size.
   *
   * @throws PalimpsestException if the file cannot be read, is not UTF-8, is empty, is malformed
   *     (file and line), lacks a key (file, line and key), is of no known format (what was found),
   *     or nothing is left of it
   */
  public Read read() {
    long most = limit == 0 ? Long.MAX_VALUE : (long) offset + limit;
    if (isText()) {
      if (filter.isPresent()) {
        throw RowFilter.problem(
            filter.get().condition(), file + " is a plain text, and has no records to filter");
      }
      List<Document> all = slice(TextIndex.read(file, separator, most));
      return new Read(all, DataCounts.of(all.size()));
    }
    List<JsonRecord> all = new RecordFile(file, filter).records(most);
    DataFormat layout = format == DataFormat.SNIFFED ? sniff(all.get(0)) : format;
    return new RecordDocuments(layout, template).read(file, slice(all));
  }

  private <T> List<T> slice(List<T> all) {
    if (offset >= all.size()) {
      throw new PalimpsestException(
          "offset " + offset + " leaves nothing of the " + all.size() + " documents of " + file);
    }
    return offset == 0 ? all : ReadList.select(all, IntStream.range(offset, all.size()).toArray());
  }

  private boolean isText() {
    if (format != DataFormat.SNIFFED) {
      return format == DataFormat.TEXT;
    }
    String name = RecordFile.kind(file.toString());
    if (name.endsWith(".json") || name.endsWith(".jsonl") || RecordFile.isTable(name)) {
      return false;
    }
    String first = Utf8Text.firstVisible(file);
    return name.endsWith(".txt") || !(first.equals("[") || first.equals("{"));
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
}
