package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.layout.BadRecordException;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Turns records into documents.
 *
 * @param id the name of the format
 * @param format the format of the records
 * @param layout the columns of the records, and what becomes of bad ones
 */
record RecordDocuments(String id, DataFormat format, Layout layout) {
  /** The key of a document of a plain text. */
  private static final String TEXT = "text";

  /**
   * Reads every record once, to find the records with a target. If their documents are small in
   * total, they are kept in memory; otherwise each is made again on request.
   *
   * @throws PalimpsestException if a record is malformed and none may be, a column is in no record,
   *     or no record has a target
   */
  DataSource.Read read(String name, List<JsonRecord> records) {
    Columns columns = layout.columns();
    columns.requireKeys(id, DataFormats.keys(format));
    Set<String> found = new TreeSet<>();
    Set<String> read = columns.of(DataFormats.keys(format));
    Set<String> unread = new LinkedHashSet<>();
    IntFunction<Turns> first =
        i -> {
          JsonRecord record = records.get(i);
          if (!columns.none()) {
            found.addAll(record.keys());
          }
          record.node().fieldNames().forEachRemaining(key -> add(unread, key, read));
          return turns(record);
        };
    Runnable check = () -> columns.requireFound(columns.byKey().keySet(), found, name);
    return read(name, records.size(), first, check, i -> turns(records.get(i)), unread);
  }

  private static void add(Set<String> unread, String key, Set<String> read) {
    if (!read.contains(key) && unread.size() <= ReadNotes.UNREAD) {
      unread.add(unread.size() < ReadNotes.UNREAD || unread.contains(key) ? key : "...");
    }
  }

  /** Reads the documents of a plain text, each as a record with one key. */
  DataSource.Read readTexts(String name, List<Document> texts) {
    IntFunction<Turns> turns = i -> turns(texts.get(i));
    return read(name, texts.size(), turns, () -> {}, turns, Set.of());
  }

  /**
   * @param first reads a record for the first time
   * @param check checks what was read
   * @param again reads a record again
   * @param unread the keys that the format does not read, once all are read
   */
  private DataSource.Read read(
      String name,
      int count,
      IntFunction<Turns> first,
      Runnable check,
      IntFunction<Turns> again,
      Set<String> unread) {
    List<Document> kept = new ArrayList<>();
    LongList used = new LongList();
    List<String> bad = new ArrayList<>();
    long skipped = 0;
    long size = 0;
    long unanswered = 0;
    long empty = 0;
    for (int i = 0; i < count; i++) {
      Turns turns;
      try {
        turns = first.apply(i);
      } catch (BadRecordException e) {
        if (!layout.skips()) {
          throw e;
        }
        if (skipped++ < ReadNotes.NAMED) {
          bad.add(e.getMessage());
        }
        continue;
      }
      unanswered += turns.unanswered;
      empty += turns.empty;
      if (turns.document.isPresent()) {
        used.add(i);
        size += turns.length;
        if (size <= FileBytes.SMALL) {
          kept.add(turns.document.get());
        } else {
          kept.clear();
        }
      }
    }
    check.run();
    if (used.size() == 0) {
      throw new PalimpsestException(
          name
              + " has nothing to learn: "
              + count
              + " records, "
              + (skipped == 0
                  ? "all with an empty answer"
                  : skipped + " of them cannot be read; the first: " + bad.get(0)));
    }
    List<Document> documents =
        size <= FileBytes.SMALL
            ? List.copyOf(kept)
            : new ReadList<>(
                used.size(), i -> again.apply((int) used.get(i)).document.orElseThrow());
    long withoutAnswer = count - used.size() - skipped;
    return new DataSource.Read(
        documents,
        DataCounts.read(count, withoutAnswer, unanswered, empty).bad(skipped),
        new ReadNotes(List.of(), List.copyOf(unread), Map.of(), skipped, bad),
        Weights.ONCE);
  }

  private Turns turns(JsonRecord r) {
    JsonRecord renamed = r.renamed(layout.columns());
    if (renamed != r) {
      try {
        layout.columns().requireFound(format.keys(), r.keys(), r.origin());
      } catch (PalimpsestException e) {
        throw new BadRecordException(e);
      }
    }
    DataRecord data = renamed.data();
    TextExample example = JsonRecord.read(format, data, r.origin());
    List<TextExample.Part> parts =
        example
            .field()
            .map(key -> TextExample.text(data.text(key).strip()).parts())
            .orElse(example.parts());
    return new Turns(r.origin(), r.number(), example, parts);
  }

  private Turns turns(Document text) {
    TextExample example = JsonRecord.read(format, DataRecord.of(new OneText(text)), text.origin());
    return example.field().isPresent() // and the record has only one key
        ? new Turns(text)
        : new Turns(text.origin(), text.number(), example, example.parts());
  }

  /** A text under its key; a long text is loaded only on request. */
  private static final class OneText extends AbstractMap<String, String> {
    private final Document text;

    OneText(Document text) {
      this.text = text;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
      return Collections.singleton(
          new Map.Entry<>() {
            @Override
            public String getKey() {
              return TEXT;
            }

            @Override
            public String getValue() {
              return text.exchanges().get(0).response();
            }

            @Override
            public String setValue(String value) {
              throw new UnsupportedOperationException("a record is read and not written");
            }
          });
    }
  }

  /** The contexts and targets of one record, and the parts that are left out. */
  private static final class Turns {
    private final Optional<Document> document;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final StringBuilder context = new StringBuilder();
    private boolean learnable = true;
    private int unanswered;
    private int empty;
    private long length;

    /** An unchanged text. */
    Turns(Document text) {
      Exchange only = text.exchanges().get(0);
      document = Optional.of(text);
      length = only.isStored() ? 0 : only.response().length();
    }

    Turns(String origin, int number, TextExample example, List<TextExample.Part> parts) {
      for (TextExample.Part part : parts) {
        if (part.role() == TextExample.Role.CONTEXT) {
          context.append(part.text());
          unanswered++;
        } else {
          target(part, example.rest().isPresent());
        }
      }
      document =
          learnable && !exchanges.isEmpty()
              ? Optional.of(
                  new Document(
                      origin,
                      number,
                      exchanges,
                      example.gives() == DataFormat.Gives.ANSWERS,
                      example.rest().map(rest -> context + rest)))
              : Optional.empty();
    }

    /** Adds an answer. An empty answer is skipped, and the text before it stays context. */
    private void target(TextExample.Part part, boolean complete) {
      unanswered = 0;
      if (!part.text().isBlank()) {
        length += context.length() + part.text().length();
        exchanges.add(new Exchange(context.toString(), part.text()));
        context.setLength(0);
      } else if (part.role() == TextExample.Role.REQUIRED_TARGET) {
        learnable = false;
      } else {
        empty++;
        context.append(complete ? part.text() : ""); // white space is part of a complete text
      }
    }
  }
}
