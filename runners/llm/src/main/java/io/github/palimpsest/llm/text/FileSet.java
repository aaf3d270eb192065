package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.layout.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Several data files, read in order as if they were one. Records are numbered on from file to file.
 *
 * @param files at least one file
 */
public record FileSet(List<Part> files) implements RecordSource {
  /**
   * A file.
   *
   * @param source the file
   * @param weight how often its documents are used in an epoch
   */
  public record Part(FileSource source, double weight) {
    /** Refuses a weight that is no share of an epoch. */
    public Part {
      Weights.require(weight);
    }
  }

  /**
   * Copies the list.
   *
   * @throws PalimpsestException if a file is given twice
   */
  public FileSet {
    files = List.copyOf(files);
    Set<Path> seen = new HashSet<>();
    for (Part part : files) {
      if (!seen.add(part.source().file().toAbsolutePath().normalize())) {
        throw new PalimpsestException(
            part.source() + " is given twice; a weight of 2 uses a file twice in an epoch");
      }
    }
  }

  /** One file with weight 1 as itself, and several as a set. */
  public static RecordSource of(List<Part> files) {
    return files.size() == 1 && files.get(0).weight() == 1
        ? files.get(0).source()
        : new FileSet(files);
  }

  /** Reads one file up to a number of records; 0 for all. */
  interface OneFile extends BiFunction<FileSource, Integer, DataSource.Read> {}

  /** Reads all files, each with its own format unless one is stated. */
  DataSource.Read read(int limit, OneFile reader) {
    List<List<Document>> documents = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    DataCounts counts = DataCounts.of(0);
    ReadNotes notes = ReadNotes.NONE;
    Map<String, Long> records = new LinkedHashMap<>();
    Optional<PalimpsestException> nothing = Optional.empty();
    int next = 0;
    for (Part part : files) {
      firsts.add(next);
      records.put(part.source().toString(), 0L);
      int rest = limit == 0 ? 0 : (int) (limit - counts.read());
      if (limit > 0 && rest == 0) {
        continue;
      }
      try {
        DataSource.Read one = reader.apply(part.source(), rest);
        documents.add(numberedFrom(next, one.documents()));
        counts = counts.plus(one.counts());
        notes = notes.plus(one.notes());
        records.put(part.source().toString(), one.counts().read());
        next += one.documents().get(one.documents().size() - 1).number() + 1;
      } catch (RowFilter.NothingPassesException e) {
        nothing = Optional.of(e);
      }
    }
    if (documents.isEmpty()) {
      throw nothing.orElseThrow();
    }
    return new DataSource.Read(
        joined(documents),
        counts,
        new ReadNotes(notes.formats(), notes.unread(), records, notes.bad(), notes.firstBad()),
        new Weights(firsts, files.stream().map(Part::weight).toList()));
  }

  private static List<Document> numberedFrom(int first, List<Document> documents) {
    if (first == 0) {
      return documents;
    }
    IntFunction<Document> moved =
        i -> {
          Document d = documents.get(i);
          return new Document(d.origin(), first + d.number(), d.exchanges(), d.answers(), d.rest());
        };
    ReadList<Document> numbered = new ReadList<>(documents.size(), moved);
    return documents instanceof ReadList ? numbered : List.copyOf(numbered);
  }

  private static <T> List<T> joined(List<List<T>> lists) {
    int[] ends = new int[lists.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += lists.get(i).size();
      ends[i] = end;
    }
    return new ReadList<>(
        end,
        i -> {
          int found = Arrays.binarySearch(ends, i);
          int list = found < 0 ? -found - 1 : found + 1;
          while (ends[list] == i) { // an empty list ends where it begins
            list++;
          }
          return lists.get(list).get(i - (list == 0 ? 0 : ends[list - 1]));
        });
  }

  private <T> List<T> all(long most, Function<Long, Function<FileSource, List<T>>> reader) {
    List<List<T>> lists = new ArrayList<>();
    long size = 0;
    Optional<PalimpsestException> nothing = Optional.empty();
    for (Part part : files) {
      if (size < most) {
        try {
          List<T> one = reader.apply(most - size).apply(part.source());
          lists.add(one);
          size += one.size();
        } catch (RowFilter.NothingPassesException e) {
          nothing = Optional.of(e);
        }
      }
    }
    if (lists.isEmpty()) {
      throw nothing.orElseThrow();
    }
    return joined(lists);
  }

  @Override
  public boolean looksLikeText() {
    return files.stream().allMatch(part -> part.source().looksLikeText());
  }

  @Override
  public List<Document> texts(String separator, long most) {
    List<Document> all = all(most, left -> file -> file.texts(separator, left));
    return new ReadList<>(
        all.size(),
        i -> new Document(all.get(i).origin(), i, all.get(i).exchanges(), all.get(i).answers()));
  }

  @Override
  public List<JsonRecord> records(Optional<RowFilter> filter, long most) {
    List<JsonRecord> all = all(most, left -> file -> file.records(filter, left));
    return new ReadList<>(
        all.size(),
        i -> {
          JsonRecord record = all.get(i);
          return new JsonRecord(record.origin(), i, record.node());
        });
  }

  @Override
  public String toString() {
    return files.size() + " files from " + files.get(0).source();
  }
}
