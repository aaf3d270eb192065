package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.BadRecordException;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
 * @param layout the columns of the records, and what becomes of records that cannot be read
 */
public record DataSource(
    RecordSource source,
    DataFormats formats,
    Optional<Value.Call> format,
    PromptTemplate template,
    String separator,
    Optional<RowFilter> filter,
    int offset,
    int limit,
    Layout layout) {
  /** A column of one choice of several, such as {@code choice0}, {@code option_a} or {@code B}. */
  private static final Pattern CHOICE =
      Pattern.compile("(?i)(choice|option|opt|ending|sol)[ _-]?([0-9]|[a-h])|(?-i)[A-H]");

  /** A key of an array of choices, or of an object with one. */
  private static final Pattern CHOICES = Pattern.compile("(?i)choices|options|endings");

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

  /** Columns have the names of keys, and a bad record fails. */
  public DataSource(
      RecordSource source,
      DataFormats formats,
      Optional<Value.Call> format,
      PromptTemplate template,
      String separator,
      Optional<RowFilter> filter,
      int offset,
      int limit) {
    this(source, formats, format, template, separator, filter, offset, limit, Layout.USUAL);
  }

  /** The whole file, with the format found from its content and the Alpaca template. */
  public static DataSource of(Path file) {
    return of(new FileSource(file));
  }

  /** A whole source, with the format found from its content and the Alpaca template. */
  public static DataSource of(RecordSource source) {
    return new DataSource(
        source,
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
    DataSource whole = of(file).as(PLAIN);
    return new DataSource(
        whole.source,
        whole.formats,
        whole.format,
        whole.template,
        separator,
        whole.filter,
        0,
        0,
        whole.layout);
  }

  /** A copy with a stated format. */
  public DataSource as(Value.Call stated) {
    return new DataSource(
        source, formats, Optional.of(stated), template, separator, filter, offset, limit, layout);
  }

  /** A copy with other known formats. */
  public DataSource with(DataFormats others) {
    return new DataSource(
        source, others, format, template, separator, filter, offset, limit, layout);
  }

  /** A copy with another template. */
  public DataSource with(PromptTemplate other) {
    return new DataSource(source, formats, format, other, separator, filter, offset, limit, layout);
  }

  /** A copy with another layout. */
  public DataSource with(Layout other) {
    return new DataSource(
        source, formats, format, template, separator, filter, offset, limit, other);
  }

  /** A copy with a filter on its records. */
  public DataSource where(RowFilter condition) {
    return new DataSource(
        source,
        formats,
        format,
        template,
        separator,
        Optional.of(condition),
        offset,
        limit,
        layout);
  }

  /** A copy for at most {@code most} documents (0: all) after the first {@code from}. */
  public DataSource slice(int from, int most) {
    return new DataSource(source, formats, format, template, separator, filter, from, most, layout);
  }

  /** One of several: a separator is for the texts among them. */
  private DataSource of(RecordSource one, int most) {
    String cut = one.looksLikeText() || format.isPresent() ? separator : "";
    return new DataSource(one, formats, format, template, cut, filter, 0, most, layout);
  }

  private PalimpsestException withoutText() {
    return new PalimpsestException(
        "separator: " + source + " has records; a separator is between documents of a plain text");
  }

  /**
   * Documents and the counts of their records.
   *
   * @param documents the documents with a target; documents of a large file stay in the file
   * @param counts the number of records read, and the number dropped for each reason
   * @param notes the format that was found, the files, and the records that cannot be read
   * @param weights how often each document is used in an epoch
   */
  public record Read(
      List<Document> documents, DataCounts counts, ReadNotes notes, Weights weights) {
    /** Copies a list that can change. */
    public Read {
      documents = ReadList.copyOf(documents);
    }

    /** Documents that are used once, with nothing to tell of. */
    public Read(List<Document> documents, DataCounts counts) {
      this(documents, counts, ReadNotes.NONE, Weights.ONCE);
    }
  }

  /** The documents of {@link #read}. */
  public List<Document> documents() {
    return read().documents();
  }

  /**
   * Reads the documents. A file is read only up to the limit, unless a filter must see all of it.
   * Memory is bounded for any file size. Several files are read in their order, each in its own
   * format unless one is stated.
   *
   * @throws PalimpsestException if the file cannot be read, is not UTF-8, is empty, is malformed
   *     (the message names file and line), lacks a key (file, line and key), has no known format
   *     (the keys found), or has no documents left
   */
  public Read read() {
    if (source instanceof FileSet several) {
      if (offset > 0) {
        throw new PalimpsestException("offset " + offset + " is for one file, not " + source);
      }
      boolean text = several.files().stream().anyMatch(part -> part.source().looksLikeText());
      if (!separator.isEmpty() && !text && format.isEmpty()) {
        throw withoutText();
      }
      return several.read(limit, (file, most) -> of(file, most).read());
    }
    long most = limit == 0 ? Long.MAX_VALUE : (long) offset + limit;
    Optional<Component<DataFormat>> known = withoutRecords();
    if (known.isPresent() && known.get().create().source() == DataFormat.Source.TEXT) {
      return readText(known.get(), most);
    }
    if (!separator.isEmpty()) {
      throw withoutText();
    }
    List<JsonRecord> all = source.records(filter, most);
    Component<DataFormat> found = known.orElseGet(() -> sniff(all));
    DataFormat made = found.create();
    if (made.gives() == DataFormat.Gives.CHOICES) {
      throw new PalimpsestException(
          all.get(0).origin()
              + ": this is a multiple-choice file, of format '"
              + found.id()
              + "', and has no documents");
    }
    Read read =
        new RecordDocuments(found.id() + "", formats.bound(made), layout)
            .read("" + source, slice(all));
    return noting(read, known.isEmpty(), found);
  }

  private Read readText(Component<DataFormat> text, long most) {
    if (filter.isPresent()) {
      throw RowFilter.problem(
          filter.get().condition(), source + " is a plain text, and has no records to filter");
    }
    if (!layout.columns().none()) {
      throw new PalimpsestException(
          "columns: "
              + source
              + " is a plain text, and has no columns; state a 'format' of records");
    }
    Read read =
        new RecordDocuments(text.id() + "", text.create(), layout)
            .readTexts("" + source, slice(source.texts(separator, most)));
    return noting(read, format.isEmpty(), text);
  }

  private Read noting(Read read, boolean detected, Component<DataFormat> found) {
    boolean told = detected && source instanceof FileSource;
    ReadNotes notes =
        new ReadNotes(
            told ? List.of(found.id().value()) : List.of(),
            told ? read.notes().unread() : List.of(),
            read.notes().files(),
            read.notes().bad(),
            read.notes().firstBad());
    return new Read(read.documents(), read.counts(), notes, read.weights());
  }

  /**
   * The format of the file: the stated one, or the one found from its name and first record.
   *
   * @throws PalimpsestException as {@link #read}, for the first record
   */
  public Component<DataFormat> found() {
    return withoutRecords()
        .orElseGet(() -> sniff(source.records(filter, layout.skips() ? Long.MAX_VALUE : 1)));
  }

  /**
   * The formats of all files by name.
   *
   * @throws PalimpsestException as {@link #read}, for the first record of a file
   */
  public SortedSet<ComponentId> foundIds() {
    TreeSet<ComponentId> ids = new TreeSet<>();
    if (source instanceof FileSet several) {
      several.files().forEach(part -> ids.add(of(part.source(), limit).found().id()));
    } else {
      ids.add(found().id());
    }
    return ids;
  }

  /** The format of the first record; of the first that can be read, if bad records are skipped. */
  private Component<DataFormat> sniff(List<JsonRecord> all) {
    for (int i = 0; ; i++) {
      try {
        requireColumn(all.get(i));
        Component<DataFormat> found =
            formats.sniff(all.get(i).renamed(layout.columns()), template, layout.columns());
        requireNoChoices(all.get(i), found);
        return found;
      } catch (BadRecordException e) {
        if (!layout.skips() || i + 1 == all.size()) {
          throw e;
        }
      }
    }
  }

  /** Refuses a record with none of the named columns: their names are wrong. */
  private void requireColumn(JsonRecord record) {
    Collection<String> named = layout.columns().byKey().values();
    if (!named.isEmpty() && Collections.disjoint(named, record.keys())) {
      throw new PalimpsestException(
          "columns: %s has no column '%s'; it has: %s"
              .formatted(
                  record.origin(),
                  String.join("' and no '", named),
                  String.join(", ", record.keys())));
    }
  }

  /**
   * Refuses a record with choices that a found format leaves out: without them, its question has no
   * answer.
   */
  private void requireNoChoices(JsonRecord record, Component<DataFormat> found) {
    DataFormat made = found.create();
    if (made.gives() == DataFormat.Gives.CHOICES
        || !record.keys().containsAll(layout.columns().of(made.keys()))) {
      return; // they are read, or a key is missing
    }
    Set<String> read = layout.columns().of(DataFormats.keys(made));
    List<String> choices =
        record.keys().stream()
            .filter(key -> !read.contains(key))
            .filter(key -> CHOICE.matcher(key).matches() || hasChoices(record, key))
            .toList();
    if (choices.size() > 1 || choices.stream().anyMatch(key -> hasChoices(record, key))) {
      throw new PalimpsestException(
          "%s: %s look like answers to choose from, and format '%s' does not read them; to read"
                  .formatted(record.origin(), String.join(", ", choices), found.id())
              + " them, give each record the keys 'query', 'choices' (an array) and 'gold', as JSON"
              + " or Parquet, or name its own by 'columns', and state 'format: choices'; to leave"
              + " them out, state 'format: "
              + found.id()
              + "'");
    }
  }

  private static boolean hasChoices(JsonRecord record, String key) {
    JsonNode value = record.node().path(key);
    return CHOICES.matcher(key).matches()
        && (value.isArray() && value.size() > 1 || value.path("text").isArray());
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
