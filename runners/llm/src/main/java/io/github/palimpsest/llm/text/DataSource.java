package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A source of records or text, and the way to read it.
 *
 * <p>The format defines the meaning of a record. Context after the last answer, empty answers, and
 * records without an answer are left out and counted.
 *
 * @param source a file, or a generator
 * @param formats the known formats
 * @param format the format as written, with or without settings; if empty, the format is found from
 *     the source's name and first record
 * @param template makes prompts from instructions, if the format has instructions and states no
 *     template
 * @param separator the text between two documents of a plain text; empty for a single document
 * @param filter the filter for records; empty for all records
 * @param offset the number of documents to leave out at the beginning
 * @param limit the largest number of documents to take; 0 for all
 */
public record DataSource(
    RecordSource source,
    DataFormats formats,
    Optional<Value.Call> format,
    PromptTemplate template,
    String separator,
    Optional<RowFilter> filter,
    int offset,
    int limit) {
  /** The format of plain text. */
  private static final Value.Call PLAIN = Value.Call.word("text");

  /**
   * @throws PalimpsestException if offset or limit is negative
   */
  public DataSource {
    if (offset < 0 || limit < 0) {
      throw new PalimpsestException(
          "offset " + offset + " and limit " + limit + " must be 0 or more");
    }
  }

  /** The whole file, with the format found from its content and the Alpaca template. */
  public static DataSource of(Path file) {
    return new DataSource(
        new FileSource(file),
        DataFormats.builtIn(),
        Optional.empty(),
        PromptTemplate.ALPACA,
        "",
        Optional.empty(),
        0,
        0);
  }

  /** A plain text. */
  public static DataSource text(Path file, String separator) {
    return new DataSource(
        new FileSource(file),
        DataFormats.builtIn(),
        Optional.of(PLAIN),
        PromptTemplate.ALPACA,
        separator,
        Optional.empty(),
        0,
        0);
  }

  /** A copy with a stated format. */
  public DataSource as(Value.Call stated) {
    return new DataSource(
        source, formats, Optional.of(stated), template, separator, filter, offset, limit);
  }

  /** A copy with other known formats. */
  public DataSource with(DataFormats others) {
    return new DataSource(source, others, format, template, separator, filter, offset, limit);
  }

  /** A copy with another template. */
  public DataSource with(PromptTemplate other) {
    return new DataSource(source, formats, format, other, separator, filter, offset, limit);
  }

  /** A copy with a filter on its records. */
  public DataSource where(RowFilter condition) {
    return new DataSource(
        source, formats, format, template, separator, Optional.of(condition), offset, limit);
  }

  /** A copy for at most {@code most} documents (0: all) after the first {@code from}. */
  public DataSource slice(int from, int most) {
    return new DataSource(source, formats, format, template, separator, filter, from, most);
  }

  /**
   * Documents and the counts of their records.
   *
   * @param documents the documents with a target; documents of a large file stay in the file
   * @param counts the number of records read, and the number dropped for each reason
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
   * Reads the documents. A file is read only up to the limit, unless a filter must see all of it.
   * Memory is bounded for any file size.
   *
   * @throws PalimpsestException if the file cannot be read, is not UTF-8, is empty, is malformed
   *     (the message names file and line), lacks a key (file, line and key), has no known format
   *     (the keys found), or has no documents left
   */
  public Read read() {
    long most = limit == 0 ? Long.MAX_VALUE : (long) offset + limit;
    Optional<Component<DataFormat>> known = withoutRecords();
    if (known.isPresent() && known.get().create().source() == DataFormat.Source.TEXT) {
      if (filter.isPresent()) {
        throw RowFilter.problem(
            filter.get().condition(), source + " is a plain text, and has no records to filter");
      }
      return new RecordDocuments(known.get().create())
          .readTexts("" + source, slice(source.texts(separator, most)));
    }
    List<JsonRecord> all = source.records(filter, most);
    Component<DataFormat> found = known.orElseGet(() -> formats.sniff(all.get(0), template));
    DataFormat made = found.create();
    if (made.gives() == DataFormat.Gives.CHOICES) {
      throw new PalimpsestException(
          all.get(0).origin()
              + ": this is a multiple-choice file, of format '"
              + found.id()
              + "', and has no documents");
    }
    return new RecordDocuments(formats.bound(made)).read("" + source, slice(all));
  }

  /**
   * The format of the file: the stated one, or the one found from its name and first record.
   *
   * @throws PalimpsestException as {@link #read}, for the first record
   */
  public Component<DataFormat> found() {
    return withoutRecords()
        .orElseGet(() -> formats.sniff(source.records(filter, 1).get(0), template));
  }

  /** The format, if it is known without a record. */
  private Optional<Component<DataFormat>> withoutRecords() {
    return format
        .map(stated -> formats.component(stated, template))
        .or(
            () ->
                source.looksLikeText()
                    ? Optional.of(formats.component(PLAIN, template))
                    : Optional.empty());
  }

  private <T> List<T> slice(List<T> all) {
    if (offset >= all.size()) {
      throw new PalimpsestException(
          "offset " + offset + " leaves nothing of the " + all.size() + " documents of " + source);
    }
    return offset == 0 ? all : ReadList.select(all, IntStream.range(offset, all.size()).toArray());
  }
}
